// Photographs from the album or the camera.

import { Problem } from "../problem.js";

/** Paths and sizes on this phone, at most so many; none for who thinks better of it. */
export function pictures(count) {
  return new Promise((resolve, reject) => wx.chooseMedia({
    count, mediaType: ["image"], sourceType: ["album", "camera"], sizeType: ["compressed"],
    success: ({ tempFiles }) => resolve(tempFiles.map((each) => ({ path: each.tempFilePath, size: each.size }))),
    fail: (told) => notGiven(told, resolve, reject),
  }));
}

/** Who thinks better of it has chosen nothing. */
export function notGiven({ errMsg }, resolve, reject) {
  if (errMsg.includes("cancel")) resolve([]);
  else reject(new Problem({ status: 422, title: "没有取得文件", detail: "请允许使用相册和相机，或改选文件。" }));
}
