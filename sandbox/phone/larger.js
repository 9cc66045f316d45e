// Larger type (大字版): chosen once on this phone, kept for every visit. index.html applies it first.

const STORED = "larger";

export const larger = () => wx.getStorageSync(STORED) === true;

export function setLarger(on) {
  wx.setStorageSync(STORED, on);
  apply();
}

export function apply() {
  if (larger()) document.documentElement.dataset.type = "large";
  else delete document.documentElement.dataset.type;
}
