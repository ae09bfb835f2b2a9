// Package private holds the one database of what may be forgotten: private.db. The rooms account, draft,
// attachment and mail keep their rows in it; what they know of people stands there and never on a record.
//
//	opened ──> checked ──> (older: copied, stepped, read whole) ──> in use ──> closed
//	              └──> damaged or newer: refused, with what to do
//
// A commit is on the disk when it returns. What is deleted is overwritten. Every page carries a checksum,
// so that a flipped bit is an error when the page is read, never a wrong answer.
//
// All tables have one schema number. Steps lead forward only; a database that a newer Plenary wrote is
// refused. Statements stand in the rooms that own the tables, and are such that SQLite and PostgreSQL both
// understand them; the steps of the schema stand here, in their order.
package private
