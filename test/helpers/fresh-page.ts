import type { DetachedWindowAPI } from 'happy-dom'
import { openedImport, openedStudyFile } from '../../src-renderer/composables/use-desktop.ts'
import { takenFiles } from '../../src-renderer/composables/use-taken-files.ts'

/** Component tests share a document and loaded modules: each file begins with what a newly opened page has. */

const { happyDOM } = globalThis as unknown as { readonly happyDOM: DetachedWindowAPI }
// A download leads the page to its address.
happyDOM.setURL('http://localhost:3000/')
localStorage.clear()
sessionStorage.clear()
document.body.replaceChildren()
for (const name of document.documentElement.getAttributeNames())
  document.documentElement.removeAttribute(name)
openedStudyFile.value = null
openedImport.value = null
takenFiles.value = null
