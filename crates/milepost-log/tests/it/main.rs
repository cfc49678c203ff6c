//! Tests of the log as a host sees it: one binary, one module per promise.

#[cfg(test)]
mod crash;
#[cfg(test)]
mod disks;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod follower;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod random;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod rolling;
#[cfg(test)]
mod rot;
#[cfg(test)]
mod support;
#[cfg(test)]
mod torn;
