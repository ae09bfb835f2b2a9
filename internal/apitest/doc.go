// Package apitest holds the description of the API to its promise: a public tool makes a client of it, a program
// that is checked against that client reads the demonstration and sends a contribution, and gets its receipt.
package apitest
