//! The attack graph's engine on 1,000,000 footholds and 10,000,000 steps, beside plain references in the same run, and
//! beside libraries where Python has them.
//!
//! The graph is seeded: twenty layers with hubs, a third of the steps within a layer, a fifth of them certain. What it does
//! not show: deriving steps from facts.

mod references;

use crate::measure::{median, peak_memory, timed};
use bartizan_graph::engine::backward::Backward;
use bartizan_graph::engine::cost::{Bound, Cost, Interval};
use bartizan_graph::engine::cut::flow::sever;
use bartizan_graph::engine::derivable::derivable;
use bartizan_graph::engine::dominators::Dominators;
use bartizan_graph::engine::forward::Forward;
use bartizan_graph::engine::intervals::Intervals;
use bartizan_graph::engine::network::{Network, NetworkBuilder, NodeId};
use bartizan_graph::engine::removed::Element;
use references::{Edge, Plain};
use std::io::Write as _;
use std::num::NonZeroU32;
use std::sync::Arc;

const NODES: u32 = 1_000_000;
const STEPS: u32 = 10_000_000;
const LAYERS: u32 = 20;
const ENTRIES: u32 = 100;
const JEWELS: u32 = 100;

pub(crate) fn run() -> anyhow::Result<()> {
    println!("  {NODES} footholds, {STEPS} steps, {ENTRIES} entries, {JEWELS} crown jewels; one core");
    engine(0)?;
    println!("  with 1 % of the steps needing two things:");
    engine(100)?;
    references()?;
    libraries()
}

/// A step of the seeded graph.
#[derive(Clone, Copy)]
struct Step {
    tail: u32,
    /// Only joint steps use it.
    other: u32,
    head: u32,
    probability: f64,
}

/// The same numbers for the same seed (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u32) -> u32 {
        (((self.next() >> 32) * u64::from(limit)) >> 32) as u32
    }

    /// A foothold of a layer: one in ten times one of its hubs.
    fn foothold(&mut self, layer: u32) -> u32 {
        let size = NODES / LAYERS;
        let within = if self.below(10) == 0 { size / 1_000 } else { size };
        layer * size + self.below(within)
    }
}

fn steps() -> impl Iterator<Item = Step> + Clone {
    let mut random = Random(4);
    (0..STEPS).map(move |_| {
        let layer = random.below(LAYERS);
        let up = [0, 0, 1, 1, 1, 2][random.below(6) as usize];
        let (tail, other) = (random.foothold(layer), random.foothold(layer));
        let head = random.foothold((layer + up).min(LAYERS - 1));
        let certain = random.below(5) == 0;
        let probability = if certain { 1.0 } else { 0.01 + 0.99 * f64::from(random.below(1_000_000)) / 1e6 };
        Step { tail, other, head, probability }
    })
}

/// Footholds of the first layer, with their priors.
fn entries() -> impl Iterator<Item = (u32, f64)> {
    (0..ENTRIES).map(|n| (n * (NODES / LAYERS / ENTRIES), 0.1 + 0.1 * f64::from(n % 9)))
}

/// Footholds of the last two layers, with their values.
fn jewels() -> impl Iterator<Item = (u32, f64)> {
    let mut random = Random(5);
    (0..JEWELS)
        .map(move |_| (NODES - 1 - random.below(2 * NODES / LAYERS), 1.0 + f64::from(random.below(100))))
}

/// The network; where `joint` is not 0, every so many steps one needs two things.
fn network(joint: usize) -> anyhow::Result<Arc<Network>> {
    let chance = |p: f64| Interval::exactly(p).ok_or_else(|| anyhow::anyhow!("{p} is no probability"));
    let mut builder = NetworkBuilder::new(NODES);
    for (n, step) in steps().enumerate() {
        let tails = [NodeId(step.tail), NodeId(step.other)];
        let tails = if joint > 0 && n % joint == 0 { &tails[..] } else { &tails[..1] };
        builder.step(tails, NodeId(step.head), chance(step.probability)?)?;
    }
    for (node, prior) in entries() {
        builder.entry(NodeId(node), 0, chance(prior)?)?;
    }
    for (node, value) in jewels() {
        builder.jewel(NodeId(node), value)?;
    }
    let (network, time) = timed(|| Ok(builder.build()))?;
    println!(
        "  build: {:.2} s, {} MiB; with what it was built from {} MiB",
        time.as_secs_f64(),
        network.bytes() >> 20,
        peak_memory().map_or("?".to_owned(), |peak| format!("{peak:.0}"))
    );
    Ok(network)
}

/// Prints how long it takes at best of five, and gives the last result.
fn best_of<T>(name: &str, aim: &str, mut work: impl FnMut() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let (mut value, mut least) = timed(&mut work)?;
    for _ in 0..4 {
        drop(value);
        let time;
        (value, time) = timed(&mut work)?;
        least = least.min(time);
    }
    let aim = if aim.is_empty() { String::new() } else { format!(" (aim {aim})") };
    println!("  {name}: {:.3} s{aim}", least.as_secs_f64());
    Ok(value)
}

fn engine(joint: usize) -> anyhow::Result<()> {
    let network = network(joint)?;
    let forward =
        best_of("forward", "1.3 times the best reference", || Ok(Forward::new(&network, Bound::Value)))?;
    let reached = (0..NODES).filter(|node| forward.via(NodeId(*node)).is_some()).count();
    println!("    {reached} footholds reached, risk {:.1}", forward.risk());
    let backward = best_of("backward", "1.3 times the best reference", || Ok(Backward::new(&forward)))?;
    let worth = (0..NODES).filter(|node| backward.toward(NodeId(*node)).is_some()).count();
    println!("    {worth} footholds lead to a jewel");
    drop(backward);
    let gained = best_of("derivable at all", "", || Ok(derivable(&forward, [])))?;
    anyhow::ensure!(gained.count_ones(..) == reached, "two ways of finding what is reached differ");
    drop(gained);
    if joint == 0 {
        let dominators = best_of("dominators", "0.9 s", || Ok(Dominators::new(&forward)))?;
        let points = dominators.map_or(0, |tree| tree.choke_points(&forward).len());
        println!("    {points} choke points");
        cut(&network, &forward)?;
    }
    what_if(&forward)?;
    if let Some(peak) = peak_memory() {
        println!("  peak memory so far: {peak:.0} MiB (aim 1,024 MiB)");
    }
    Ok(())
}

fn cut(network: &Network, forward: &Forward) -> anyhow::Result<()> {
    let goals: Vec<_> = network.jewels().iter().map(|jewel| jewel.node).collect();
    // Any step may be cut; what is certain costs more.
    let capacity = |element| match element {
        Element::Step(step) if network.cost(step, Bound::Value) == Cost::ZERO => NonZeroU32::new(3),
        Element::Step(_) => Some(NonZeroU32::MIN),
        Element::Node(_) | Element::Entry(_) => None,
    };
    let cut = best_of("minimum cut", "1.7 s with building", || Ok(sever(forward, &goals, capacity)))?;
    let cut = cut.ok_or_else(|| anyhow::anyhow!("a jewel is an entry: choose another seed"))?;
    let left = derivable(forward, cut.elements.iter().copied());
    anyhow::ensure!(goals.iter().all(|goal| !left.contains(goal.index())), "the cut does not sever");
    println!("    {} steps, cost {}", cut.elements.len(), cut.cost);
    Ok(())
}

/// Small changes, and what each does to every jewel at both ends of its interval and at the best guess: a step that a jewel's
/// best path uses, a hundred steps anywhere, a foothold on a best path.
fn what_if(forward: &Forward) -> anyhow::Result<()> {
    let network = forward.network();
    let passes = Intervals::of(forward);
    let ((), time) = timed(|| {
        passes.prepare();
        Ok(())
    })?;
    println!("  what if, made ready once: {:.3} s", time.as_secs_f64());
    let jewels: Vec<_> = network.jewels().iter().map(|jewel| jewel.node).collect();
    let paths: Vec<_> = network.jewels().iter().filter_map(|jewel| forward.derivation(jewel.node)).collect();
    let mut random = Random(6);
    let all: Vec<_> = network.step_ids().collect();
    let mut any = || all[random.below(STEPS) as usize];
    let steps: Vec<_> = paths
        .iter()
        .flat_map(|path| path.elements().filter(|element| matches!(element, Element::Step(_))))
        .map(|step| vec![step])
        .collect();
    let hundreds: Vec<Vec<_>> = (0..100).map(|_| (0..100).map(|_| Element::Step(any())).collect()).collect();
    let nodes: Vec<_> = paths
        .iter()
        .flat_map(|path| path.elements().filter(|element| matches!(element, Element::Node(_))))
        .map(|node| vec![node])
        .collect();
    for (name, changes) in [
        ("a step of a best path", steps),
        ("100 steps anywhere", hundreds),
        ("a foothold of a best path", nodes),
    ] {
        let mut times = Vec::new();
        for change in changes {
            let (after, time) = timed(|| Ok(passes.without(&change, &jewels)))?;
            let risk = network.loss(after.iter().map(|estimate| estimate.value));
            anyhow::ensure!(risk <= forward.risk(), "taking away added risk");
            times.push(time.as_secs_f64() * 1e3);
        }
        let most = times.iter().copied().fold(0.0, f64::max);
        println!("  what if not {name}: {:.1} ms, at most {most:.1} ms (aim 100 ms)", median(times));
    }
    Ok(())
}

fn cost(probability: f64) -> f32 {
    // The logarithm of 1 is 0, not -0, which a library takes for negative.
    0.0 - probability.ln() as f32
}

fn references() -> anyhow::Result<()> {
    println!("  plain references, over bare arrays:");
    let edges = steps().map(|step| (step.tail, step.head, cost(step.probability)));
    let (plain, time) = timed(|| Ok(Plain::new(NODES, edges)))?;
    println!("  build (and make): {:.2} s", time.as_secs_f64());
    let starts: Vec<_> = entries().map(|(node, prior)| (node, cost(prior))).collect();
    let only: Vec<_> = starts.iter().map(|(node, _)| *node).collect();
    let reached = best_of("breadth first", "", || Ok(plain.breadth_first(&only)))?;
    println!("    {reached} footholds reached");
    let top = jewels().map(|(_, value)| value).fold(0.0, f64::max);
    let ends: Vec<_> = jewels().map(|(node, value)| (node, cost(value / top))).collect();
    let passes = |name: &str, plain: &Plain, starts: &[(u32, f32)]| -> anyhow::Result<()> {
        best_of(&format!("{name}, binary heap"), "", || Ok(plain.binary_heap(starts)))?;
        for width in [0.02, 0.005] {
            best_of(&format!("{name}, buckets of {width} nepers"), "", || Ok(plain.buckets(starts, width)))?;
        }
        Ok(())
    };
    passes("forward", &plain, &starts)?;
    passes("backward", &plain.reversed(), &ends)
}

/// Asks each library the forward question, and those that know it the others.
const PYTHON: &str = r#"
import sys, time, array
folder, nodes, count, libraries = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split(",")
def column(name, kind):
    values = array.array(kind)
    with open(f"{folder}/{name}", "rb") as file:
        values.frombytes(file.read())
    return values
def timed(name, work):
    start = time.perf_counter()
    result = work()
    print(f"  {name}: {time.perf_counter() - start:.3f} s", flush=True)
    return result
for library in libraries:
    try:
        module = __import__(library)
    except ImportError:
        print(f"  {library}: not installed")
        continue
    tails, heads, costs = column("tails", "I"), column("heads", "I"), column("costs", "f")
    root = nodes
    if library == "igraph":
        graph = timed("igraph, build", lambda: module.Graph(n=nodes + 1, edges=zip(tails, heads), directed=True))
        timed("igraph, forward", lambda: graph.distances(source=root, weights=costs.tolist()))
        timed("igraph, dominators", lambda: graph.dominator(root, mode="out"))
    elif library == "rustworkx":
        graph = module.PyDiGraph()
        def build():
            graph.add_nodes_from(range(nodes + 1))
            graph.add_edges_from(list(zip(tails, heads, costs)))
        timed("rustworkx, build", build)
        timed("rustworkx, forward", lambda: module.dijkstra_shortest_path_lengths(graph, root, float))
        timed("rustworkx, dominators", lambda: module.immediate_dominators(graph, root))
    elif library == "networkit":
        import numpy
        module.setNumberOfThreads(1)
        coo = tuple(numpy.frombuffer(c, dtype=k) for c, k in ((costs, "f4"), (tails, "u4"), (heads, "u4")))
        coo = (coo[0].astype("f8"), (coo[1].astype("u8"), coo[2].astype("u8")))
        graph = timed("networkit, build", lambda: module.GraphFromCoo(coo, n=nodes + 1, weighted=True, directed=True))
        timed("networkit, forward", lambda: module.distance.Dijkstra(graph, root, storePaths=False).run())
        timed("networkit, breadth first", lambda: module.distance.BFS(graph, root, storePaths=False).run())
    else:
        import numpy, scipy.sparse, scipy.sparse.csgraph
        t, h, c = (numpy.frombuffer(x, dtype=k) for x, k in ((tails, "u4"), (heads, "u4"), (costs, "f4")))
        # A sparse matrix takes a zero for no edge.
        c = numpy.maximum(c, 1e-9)
        matrix = timed("scipy, build", lambda: scipy.sparse.csr_matrix((c, (t, h)), shape=(nodes + 1, nodes + 1)))
        timed("scipy, forward", lambda: scipy.sparse.csgraph.dijkstra(matrix, indices=root))
        timed("scipy, breadth first", lambda: scipy.sparse.csgraph.breadth_first_order(matrix, root))
"#;

fn libraries() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    // A root before the entries, as the libraries begin at one node.
    let roots = entries().map(|(node, prior)| (NODES, node, cost(prior)));
    let edges: Vec<_> =
        steps().map(|step| (step.tail, step.head, cost(step.probability))).chain(roots).collect();
    let write = |name: &str, four: fn(&Edge) -> [u8; 4]| -> anyhow::Result<()> {
        let mut file = std::io::BufWriter::new(std::fs::File::create(folder.path().join(name))?);
        edges.iter().try_for_each(|edge| file.write_all(&four(edge)))?;
        Ok(file.flush()?)
    };
    write("tails", |edge| edge.0.to_ne_bytes())?;
    write("heads", |edge| edge.1.to_ne_bytes())?;
    write("costs", |edge| edge.2.to_ne_bytes())?;
    let count = edges.len().to_string();
    drop(edges);
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    for library in ["scipy", "networkit", "igraph", "rustworkx"] {
        let status = std::process::Command::new(&python)
            .args(["-c", PYTHON])
            .arg(folder.path())
            .args([&NODES.to_string(), &count, library])
            .status();
        match status {
            Ok(status) if status.success() => {}
            Ok(status) => println!("  {library}: ended with {status}"),
            Err(error) => println!("  {library}: {python} does not run: {error}"),
        }
    }
    Ok(())
}
