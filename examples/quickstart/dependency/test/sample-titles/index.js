/** Titles, and the slugs that the specification asks for. */
export const TITLES = [
  {title: 'Crème Brûlée', slug: 'creme-brulee'},
  {title: 'Straße nach Łódź', slug: 'strasse-nach-lodz'},
]
