// Package studio makes the pages of sound and picture: where sittings are heard and seen, the technician's page, the interpreter's.
package studio
