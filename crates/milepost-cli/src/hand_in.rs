//! Handing batches in, and the answers to them as lines.

use milepost::{Answer, Atomicity, Code, Detail, Error, Key, Ledger, PendingBatch, Refusal};
use serde_json::Value;

use crate::batch::{Batch, Item};

/// Answers that are awaited.
#[derive(Debug)]
pub(crate) enum Pending {
    /// Of commands that were handed in.
    Asked { keys: Vec<Option<Key>>, batch: PendingBatch },
    /// Of malformed lines and of those that fall with them.
    Refused(Vec<(Option<Key>, Refusal)>),
}

impl Batch {
    /// Hands the batch in.
    pub(crate) fn submit(self, ledger: &Ledger) -> Result<Vec<Pending>, Error> {
        match self.atomic {
            None => submit_each(self.items, ledger),
            Some(_) => Ok(vec![submit_atomic(self.items, ledger)?]),
        }
    }
}

/// Malformed lines are answered between the others, at their place.
fn submit_each(items: Vec<Item>, ledger: &Ledger) -> Result<Vec<Pending>, Error> {
    let mut pending = Vec::new();
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        let (mut keys, mut requests) = (Vec::new(), Vec::new());
        let mut refused = None;
        for Item { key, asked, .. } in items.by_ref() {
            match asked {
                Err(refusal) => {
                    refused = Some((key, refusal));
                    break;
                }
                Ok(request) => {
                    keys.push(key);
                    requests.push(request);
                }
            }
        }
        if !requests.is_empty() {
            let batch = ledger.begin_batch(requests, Atomicity::Each)?;
            pending.push(Pending::Asked { keys, batch });
        }
        pending.extend(refused.map(|refused| Pending::Refused(vec![refused])));
    }
    Ok(pending)
}

/// R-CMD-5: a malformed line refuses its whole batch.
fn submit_atomic(items: Vec<Item>, ledger: &Ledger) -> Result<Pending, Error> {
    if let Some(index) = items.iter().position(|item| item.asked.is_err()) {
        let refuse = |item: Item| match item.asked {
            Err(refusal) => (item.key, refusal),
            Ok(_) => (item.key, batch_refused(index)),
        };
        return Ok(Pending::Refused(items.into_iter().map(refuse).collect()));
    }
    let (keys, requests): (Vec<_>, Vec<_>) =
        items.into_iter().map(|item| (item.key, item.asked)).unzip();
    let batch = ledger.begin_batch(requests.into_iter().flatten(), Atomicity::AllOrNone)?;
    Ok(Pending::Asked { keys, batch })
}

fn batch_refused(index: usize) -> Refusal {
    let message = format!("line {index} of the batch, counted from 0, is malformed");
    Refusal::new(Code::BatchRefused, message)
        .with("index", Detail::Number(u64::try_from(index).unwrap_or(u64::MAX)))
}

/// One answer line, and whether it is a refusal.
#[derive(Debug)]
pub(crate) struct Told {
    /// The answer in the line format.
    pub(crate) json: Value,
    /// Whether the command was refused.
    pub(crate) refused: bool,
}

impl Pending {
    /// Waits for the answers, in order.
    pub(crate) fn wait(self, ledger: &Ledger) -> Result<Vec<Told>, Error> {
        match self {
            Pending::Refused(refused) => {
                let tell =
                    |(key, refusal): (Option<Key>, _)| tell(ledger, key.as_ref(), &Err(refusal));
                Ok(refused.into_iter().map(tell).collect())
            }
            Pending::Asked { keys, batch } => {
                let answers = keys.into_iter().zip(batch.wait()?);
                Ok(answers.map(|(key, answer)| tell(ledger, key.as_ref(), &answer)).collect())
            }
        }
    }
}

fn tell(ledger: &Ledger, key: Option<&Key>, answer: &Answer) -> Told {
    match answer {
        Ok(receipt) => Told { json: ledger.receipt_json(key, receipt), refused: false },
        Err(refusal) => Told { json: ledger.refusal_json(key, refusal), refused: true },
    }
}
