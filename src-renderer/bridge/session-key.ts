import { keyHeader } from '../../src-main/core/processes/channels.ts'
import { desktopBridge } from './desktop.ts'

/** In the page's storage, which the browser keeps apart by port; cookies are not. */
const STORED_AS = 'tunewright.key'
let own = desktopBridge === null ? takeFromAddress() : null

/** The header by which the web host knows this page; the browser adds the cookie. Every tab finds the key of the last sign-in. */
export function sessionHeaders(): Record<string, string> {
  try {
    own = localStorage.getItem(STORED_AS) ?? own
  } catch {
    // Nothing is stored; the key of this page still holds.
  }
  return own === null ? {} : { [keyHeader]: own }
}

/** A sign-in leaves the key in the address, from where it goes into the storage. */
function takeFromAddress(): string | null {
  const [, key] = /^#key=([\w-]{20,100})$/.exec(location.hash) ?? []
  if (key === undefined) return null
  history.replaceState(null, '', `${location.pathname}#/`)
  try {
    localStorage.setItem(STORED_AS, key)
  } catch {
    // A browser that stores nothing is signed in until it loads the page anew.
  }
  return key
}
