//! `/healthz`, `/readyz` and `/metrics` (Prometheus text, written by hand). No name of an asset or person is in them.

use crate::error::ApiError;
use crate::state::{AppState, Shared};
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the latency histogram in seconds.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What was answered: by route, method and status. Routes are those of the router, so there is a bounded number.
#[derive(Default)]
pub(crate) struct Metrics(Mutex<Requests>);

#[derive(Default)]
struct Requests {
    counts: BTreeMap<(String, &'static str, u16), u64>,
    latencies: BTreeMap<String, Histogram>,
}

#[derive(Default)]
struct Histogram {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    sum: f64,
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn count(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let method = match *method {
            Method::GET => "GET",
            Method::POST => "POST",
            Method::PATCH => "PATCH",
            Method::DELETE => "DELETE",
            Method::HEAD => "HEAD",
            _ => "other",
        };
        let seconds = took.as_secs_f64();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *all.counts.entry((route.to_owned(), method, status)).or_insert(0) += 1;
        let histogram = all.latencies.entry(route.to_owned()).or_default();
        histogram.count += 1;
        histogram.sum += seconds;
        for (bucket, bound) in histogram.buckets.iter_mut().zip(BUCKETS) {
            *bucket += u64::from(seconds <= bound);
        }
    }

    fn write(&self, out: &mut String) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        head(out, "bartizan_http_requests_total", "counter", "Answered requests.");
        for ((route, method, status), count) in &all.counts {
            line(
                out,
                "bartizan_http_requests_total",
                &[("route", route), ("method", method), ("status", &status.to_string())],
                *count as f64,
            );
        }
        let name = "bartizan_http_request_duration_seconds";
        head(out, name, "histogram", "How long answers took.");
        for (route, histogram) in &all.latencies {
            let bucket = format!("{name}_bucket");
            for (count, bound) in histogram.buckets.iter().zip(BUCKETS) {
                line(out, &bucket, &[("route", route), ("le", &bound.to_string())], *count as f64);
            }
            line(out, &bucket, &[("route", route), ("le", "+Inf")], histogram.count as f64);
            line(out, &format!("{name}_sum"), &[("route", route)], histogram.sum);
            line(out, &format!("{name}_count"), &[("route", route)], histogram.count as f64);
        }
    }
}

/// The process runs.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// The store answers; the estate was loaded before we began to listen.
pub(crate) async fn readyz(State(state): State<AppState>) -> Response {
    match state.read(|reader| reader.last_event()).await {
        Ok(_) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response(),
    }
}

/// Everything that can be measured.
pub(crate) async fn metrics(State(state): State<AppState>) -> Response {
    let text = state
        .call(|state| {
            let mut out = String::new();
            estate(state, &mut out)?;
            Ok(out)
        })
        .await;
    match text {
        Ok(mut out) => {
            state.metrics.write(&mut out);
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], out).into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response(),
    }
}

fn estate(state: &Shared, out: &mut String) -> Result<(), ApiError> {
    let now = state.app.now();
    let age = |at: bartizan_model::Timestamp| (now.micros() - at.micros()) as f64 / 1e6;
    let estate = state.app.estate()?;
    let facets = estate.facets(&state.app.query("")?, now);
    let (generation, made) = (estate.generation(), estate.now());
    let summary = estate.summary();
    let bytes = estate.column_bytes();
    drop(estate);
    let mut counts = |name: &str, help: &str, label: &str, counts: &[bartizan_app::prioritize::Count]| {
        head(out, name, "gauge", help);
        for count in counts {
            line(out, name, &[(label, &count.value)], count.count as f64);
        }
    };
    counts("bartizan_exposures", "Exposures by status.", "status", &facets.status);
    counts("bartizan_open_exposures", "Open exposures by band of their priority.", "band", &summary.band);
    let (seq, runs, feeds, syncs) = state.app.read(|reader| {
        Ok((reader.last_event()?, reader.run_count()?, reader.feeds()?, reader.feed_syncs()?))
    })?;
    let mut gauge = |name: &str, help: &str, value: f64| {
        head(out, name, "gauge", help);
        line(out, name, &[], value);
    };
    gauge("bartizan_exposed_assets", "Assets with an open exposure.", summary.assets as f64);
    gauge("bartizan_runs", "Runs so far.", runs as f64);
    gauge("bartizan_event_seq", "Number of the newest event.", seq.0 as f64);
    gauge("bartizan_estate_generation", "Changes whenever the estate does.", generation as f64);
    gauge("bartizan_estate_age_seconds", "Time since all scores were last made anew.", age(made));
    gauge("bartizan_estate_column_bytes", "Memory of the exposures' columns.", bytes as f64);
    gauge("bartizan_uptime_seconds", "Time since the start.", state.uptime() as f64);
    if let Some(bytes) = resident_memory() {
        gauge("process_resident_memory_bytes", "Memory of the process.", bytes as f64);
    }
    for (name, help, value) in [
        ("bartizan_feed_records", "Records held of a feed.", 0),
        ("bartizan_feed_age_seconds", "Age of a feed's data; of its loading where the data has no day.", 1),
    ] {
        head(out, name, "gauge", help);
        for feed in &feeds {
            let value =
                if value == 0 { feed.records as f64 } else { age(feed.as_of.unwrap_or(feed.loaded_at)) };
            line(out, name, &[("feed", &feed.name)], value);
        }
    }
    let name = "bartizan_feed_sync_failed";
    head(out, name, "gauge", "1 where the last attempt to fetch a feed failed.");
    for sync in &syncs {
        line(out, name, &[("feed", &sync.feed)], f64::from(u8::from(sync.error.is_some())));
    }
    Ok(())
}

/// Bytes of memory in use, where the system tells (Linux).
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(out: &mut String, name: &str, labels: &[(&str, &str)], value: f64) {
    out.push_str(name);
    if !labels.is_empty() {
        let quote = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<_> = labels.iter().map(|(key, text)| format!("{key}=\"{}\"", quote(text))).collect();
        let _ = write!(out, "{{{}}}", labels.join(","));
    }
    let _ = writeln!(out, " {value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histograms_add_up() {
        let metrics = Metrics::default();
        for milliseconds in [1, 7, 70, 700, 70_000] {
            metrics.count(&Method::GET, "/x", 200, Duration::from_millis(milliseconds));
        }
        let mut out = String::new();
        metrics.write(&mut out);
        assert!(
            out.contains("bartizan_http_requests_total{route=\"/x\",method=\"GET\",status=\"200\"} 5"),
            "{out}"
        );
        assert!(out.contains("_bucket{route=\"/x\",le=\"0.005\"} 1\n"), "{out}");
        assert!(out.contains("_bucket{route=\"/x\",le=\"1\"} 4\n"), "{out}");
        assert!(out.contains("_bucket{route=\"/x\",le=\"+Inf\"} 5\n"), "{out}");
    }
}
