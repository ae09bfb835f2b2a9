package part

// PageSize is how many contributions a list page shows: on a phone that is less than 12,000 pixels in every language.
const PageSize = 40
