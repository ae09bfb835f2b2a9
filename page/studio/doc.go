// Package studio makes the page of sound and picture: where a session is heard and seen.
package studio
