/** True of a text with an e-mail address or a telephone number: what is published names roles, not people. */
export function holdsPersonalData(text: string): boolean {
  return /[^@\s"]+@[^@\s"]+\.[A-Za-z]{2,}|\+\d{2}[ \d]{8,}/.test(text);
}
