/** The one page of the application, under a scheme that only this application answers. */
export const pageScheme = 'app'
export const pageAddress = `${pageScheme}://bundle/`

/** True for an address inside the page's origin. */
export function isOwnAddress(address: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(address)
    const plain = username === '' && password === ''
    return protocol === `${pageScheme}:` && host === 'bundle' && plain
  } catch {
    return false
  }
}
