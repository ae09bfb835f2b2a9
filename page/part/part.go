package part

// PageSize is how many contributions a list page shows.
const PageSize = 50
