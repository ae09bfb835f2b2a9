// Package cow holds tables that are copied on write, so that what they hold at one moment can be kept and read for
// as long as anybody likes, while it goes on changing for everybody else.
//
// A Snapshot costs little, however much there is: it shares everything with the table that it was taken of. What is
// shared is copied piece by piece, when and where the table is changed next. A snapshot is never changed.
package cow
