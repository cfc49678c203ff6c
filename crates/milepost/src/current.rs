//! The rules that are in the log: what queries ask by. The writer may be ahead of them.

use std::sync::{Arc, PoisonError, RwLock};

use milepost_core::rules::Rules;

/// The rules of everything durable.
#[derive(Debug)]
pub(crate) struct Current(RwLock<Arc<Rules>>);

impl Current {
    pub(crate) fn new(rules: Arc<Rules>) -> Current {
        Current(RwLock::new(rules))
    }

    pub(crate) fn get(&self) -> Arc<Rules> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set(&self, rules: Arc<Rules>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = rules;
    }
}
