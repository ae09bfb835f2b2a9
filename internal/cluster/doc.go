// Package cluster runs Plenary as several machines would: PostgreSQL with a synchronous standby under Patroni and etcd, nodes of the
// real program over it, and a balancer in front, all on loopback and in one temporary directory. It plays what goes wrong there, and says
// whether anything that was acknowledged was lost or came twice.
//
//	etcd ── Patroni, PostgreSQL (primary) ──────┐
//	     └─ Patroni, PostgreSQL (standby) ───── lines ── nodes ── balancer ── callers, who keep their receipts
//
// Between each node and each server there is a line, which can be cut: then what was on its way waits, as in a network that is broken.
// What the callers believe they read themselves, from the answers and from a log that each of them syncs to the disk.
//
// It runs on Linux, with the packages that scripts/cluster.sh installs. As root it runs the servers as nobody, because PostgreSQL
// does not run as root.
package cluster
