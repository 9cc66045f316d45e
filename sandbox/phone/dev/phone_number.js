// In WeChat a button with open-type="getPhoneNumber" gives this code; here the sandbox does.

import { unreachable } from "../problem.js";
import { persist } from "../retry.js";
import { holder } from "../wx.js";

/** A one-time code for the phone number of who holds this phone. */
export const getPhoneNumber = () => persist(phoneNumberCode);

function phoneNumberCode() {
  const url = new URL("/sandbox/wx/phone", location.href).href;
  return new Promise((resolve, reject) => {
    wx.request({
      url, method: "POST", data: { openid: holder() },
      success: ({ statusCode, data }) => (
        statusCode === 200 ? resolve(data.code) : reject(unreachable())),
      fail: ({ errMsg }) => reject(unreachable(errMsg)),
    });
  });
}
