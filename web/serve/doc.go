// Package serve is what answering HTTP requests needs whatever the pages are about: it finds out who asks and keeps
// the door, reads addresses, forms and limits, lends a conversation to its reader, and sends views as HTML or as JSON,
// ready pages from its cache and changes as event streams.
//
// A page is a Route: a row that says its address, who may use it and which function answers. A route that does not
// say who may use it lets nobody. Every error leaves through one door.
package serve
