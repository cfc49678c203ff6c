//! What the memory of the process is.

use crate::Outcome;

/// Bytes of this process that are in memory (`VmRSS`).
///
/// # Errors
/// Where there is no `/proc/self/status` that says so: the figure is to be had on Linux only.
pub fn resident() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmRSS")?;
    Ok(kibibytes.parse::<u64>()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_becomes_resident() {
        let before = resident().unwrap();
        let bytes = vec![1_u8; 32 << 20];
        let after = resident().unwrap();
        assert!(after >= before + (24 << 20), "{before} and then {after}");
        assert_eq!(bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>(), 32 << 20);
    }
}
