// Package web answers HTTP requests with pages. It joins the tables of routes: its own, of the site, accounts, the
// conversation, its record, its papers, its overview and its map; those of the rooms beside it. A handler reads a request
// into a plain command or a choice and hands it to the secretariat; what it shows is a view of a room under page, as HTML
// or as JSON. There are no rules here and no sentences.
//
// How a request is read, who asks, and how an answer leaves is the business of web/serve.
package web
