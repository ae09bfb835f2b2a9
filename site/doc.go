// Package site keeps what the operator of an instance says about it: whose it is, whom to ask, in which languages it
// speaks, what every map says of borders, the legal pages, and the list of countries. None of this is on the record of a
// conversation. Each time something is saved a whole new version is written, and the earlier ones stay: whoever sent
// something can read the terms that held then.
//
//	data/site/0001.json   a version: what was said, when, and a hash over both
//	data/site/0002.json
//	data/site/HASH.png    a logo, named by its bytes
//
// The newest version holds. A version that cannot be read, or is not what its hash says, is damage: nothing is made up in
// its place, the one before it holds, and nothing is saved until somebody has looked.
package site
