// Package transcript keeps what was said in the sittings of sessions, word for word, in each language in which somebody wrote it down or a
// program did. A transcript comes as a file with times. It is cut into passages where the floor changed hands, each an entry with its words
// beside it, so that a passage can be put right or erased by itself. What stood before stays readable beside what stands.
//
// Who spoke is not said here: that is known by who had the floor, and nobody's name stands in a transcript but as part of what was said.
package transcript
