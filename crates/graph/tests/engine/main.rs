//! The engine against brute force, on thousands of small random AND/OR graphs.

mod cuts;
mod order;
mod passes;
mod paths;
mod shares;
mod small;
