// The filters of this page work in the browser.
export const csr = true;
