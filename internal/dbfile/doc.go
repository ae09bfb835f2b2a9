// Package dbfile knows the files that SQLite keeps beside a database: the write-ahead log, of which it says whether
// anything that was committed stands behind a broken frame, and the index of the log, which it keeps elsewhere where the
// disk is full, so that a database can be read.
package dbfile
