//! The engine: a directed AND/OR hypergraph of footholds and steps, and the questions that are asked of it.
