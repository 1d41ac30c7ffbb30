//! Databases and caches that other machines can reach.

use super::support::{by_port, exposed};
use crate::Check;
use bartizan_model::host::HostFacts;
use bartizan_model::{Hit, Severity};

/// A service that listens on loopback alone is not exposed. Whether a packet filter stands before it, a scan from
/// outside can tell.
pub(super) const CHECK: Check = Check {
    id: "exposed-database",
    title: "A database or cache listens to the network",
    meaning: "A database, cache or search engine accepts connections from other machines.",
    why: "Many of them ask for no password, or for a well-known one; attackers find them within hours and copy or encrypt the data.",
    fix: "# Bind it to this machine, for example\n#   PostgreSQL: listen_addresses = 'localhost'   MySQL: bind-address = 127.0.0.1   Redis: bind 127.0.0.1 ::1\n# or let only the machines in that need it\nsudo ufw allow from 192.0.2.10 to any port 5432 proto tcp\n# RHEL and its kin\nsudo firewall-cmd --permanent --add-rich-rule='rule family=ipv4 source address=192.0.2.10 port port=5432 protocol=tcp accept' && sudo firewall-cmd --reload",
    severity: Severity::High,
    cwe: 668,
    attack: "T1190",
    cis: "",
    judge,
};

/// Protocol, port, service.
const PORTS: &[(&str, u16, &str)] = &[
    ("tcp", 1433, "SQL Server"),
    ("tcp", 1521, "Oracle"),
    ("tcp", 3306, "MySQL"),
    ("tcp", 5432, "PostgreSQL"),
    ("tcp", 5984, "CouchDB"),
    ("tcp", 6379, "Redis"),
    ("tcp", 9042, "Cassandra"),
    ("tcp", 8086, "InfluxDB"),
    ("tcp", 9200, "Elasticsearch"),
    ("tcp", 9300, "Elasticsearch"),
    ("tcp", 11211, "memcached"),
    ("udp", 11211, "memcached"),
    ("tcp", 27017, "MongoDB"),
];

/// Processes that are such a service on any port.
const PROCESSES: &[(&str, &str)] = &[
    ("redis-server", "Redis"),
    ("valkey-server", "Valkey"),
    ("postgres", "PostgreSQL"),
    ("mysqld", "MySQL"),
    ("mariadbd", "MariaDB"),
    ("mongod", "MongoDB"),
    ("memcached", "memcached"),
];

fn judge(facts: &HostFacts) -> Result<Vec<Hit>, String> {
    let known = by_port(PORTS);
    exposed(facts, |socket| {
        let process = PROCESSES.iter().find(|row| socket.process.as_deref() == Some(row.0));
        known(socket).or(process.map(|row| row.1))
    })
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{hits, host, inconclusive, misses, socket, sockets};

    #[test]
    fn hit() {
        let list = [
            socket("tcp", "0.0.0.0", 6379, "redis-server"),
            socket("tcp", "::", 6379, "redis-server"),
            socket("tcp", "::", 7777, "mongod"),
        ];
        hits(&CHECK, &sockets(&list), &["port/tcp/6379", "port/tcp/7777"]);
    }

    #[test]
    fn miss() {
        let list = [
            socket("tcp", "127.0.0.1", 5432, "postgres"),
            socket("tcp", "::1", 6379, "redis-server"),
            socket("tcp", "::", 443, "nginx"),
        ];
        misses(&CHECK, &sockets(&list));
        misses(&CHECK, &sockets(&[]));
    }

    #[test]
    fn inconclusive_when_unknown() {
        inconclusive(&CHECK, &host());
    }
}
