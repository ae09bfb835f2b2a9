// Package studio is the sound and the picture of sittings: where they are heard and seen in each language, whether there is interpretation into it,
// who works in which booth, and what booths tell the chair. Sound and picture come from services elsewhere; here is said where.
package studio
