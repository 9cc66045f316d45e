// Where the back end is: the one file to change when these pages move into a mini program.

export const API = new URL("/backend", location.href).href;
