// Where the back end is: the one file to change when these pages move into a mini program.

export const API = new URL("/backend", location.href).href;

/** Of these pages; the back end says which is the oldest that still works. */
export const VERSION = "1.1.0";
