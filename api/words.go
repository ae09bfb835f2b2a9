package api

// words are what fields of a name say wherever they stand. What a field's own comment adds follows.
var words = map[string]string{}

// wordsOf are what single fields say that have another meaning than others of their name.
var wordsOf = map[string]string{}
