//! Tiers that are qualified for.

mod changes;
mod counts;
mod reviews;

/// Blue, silver from 10 nights and gold from 30, under a policy.
fn nights(policy: &str) -> String {
    let tiers = "[[tiers]]\nid = \"blue\"\n[[tiers]]\nid = \"silver\"\nqualify = [{ nights = 10 }]\n\
                 [[tiers]]\nid = \"gold\"\nqualify = [{ nights = 30 }]\n";
    format!("{UNITS}{tiers}[tier_policy]\n{policy}")
}

const UNITS: &str = "units.points = {}
units.nights = { qualifying_only = true }
[[earn]]
id = \"base\"
unit = \"points\"
on = [\"stay\"]
rate = { per = \"1.00\", earn = \"1\" }
[[earn]]
id = \"nights\"
unit = \"nights\"
on = [\"stay\"]
rate = { per = \"1 nights\", earn = \"1\" }
";
