// Package api says what programs may send and what they are answered: the description of the house in OpenAPI,
// the names and meanings of all fields, and the one reader of what a program asks for. The meanings are the
// comments of the Go types, collected into comments.json, so that the description cannot say something else
// than the program does.
package api

//go:generate go run ../internal/apidoc
