import { keyHeader } from '../../src-main/core/processes/channels.ts'
import { pageOfStudy } from '../../src-main/features/application/common/link.ts'
import { desktopBridge } from './desktop.ts'

/** In the page's storage, which the browser keeps apart by port; cookies are not. */
const STORED_AS = 'tunewright.key'
let sessionKey = desktopBridge === null ? takeFromAddress() : null

/** The header by which the web host knows this page; the browser adds the cookie. Every tab finds the key of the last sign-in. */
export function sessionHeaders(): Record<string, string> {
  try {
    sessionKey = localStorage.getItem(STORED_AS) ?? sessionKey
  } catch {
    // Nothing is stored; the key of this page still holds.
  }
  return sessionKey === null ? {} : { [keyHeader]: sessionKey }
}

/** A sign-in leaves the key in the address, from where it goes into the storage, and maybe the study to show. */
function takeFromAddress(): string | null {
  const [, key, study] = /^#key=([\w-]{20,100})(?:&study=(\d{1,15}))?$/.exec(location.hash) ?? []
  if (key === undefined) return null
  history.replaceState(
    null,
    '',
    `${location.pathname}#${study === undefined ? '/' : pageOfStudy(Number(study))}`,
  )
  try {
    localStorage.setItem(STORED_AS, key)
  } catch {
    // A browser that stores nothing is signed in until it loads the page anew.
  }
  return key
}
