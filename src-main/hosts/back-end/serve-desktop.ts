import { answerCall, parseCall } from '../calls/answer-call.ts'
import type { Asker, BackEndOwner, WindowProcessInfo } from '../../core/processes/process-apis.ts'
import { steadyClock } from '../../platform/processes/run-time.ts'
import { openStoreOrReadOnly } from '../../platform/storage/read-only-store.ts'
import { locateWorkspace } from '../../platform/storage/workspace.ts'
import { createBackEnd } from './create-back-end.ts'

let calls: (body: string) => Promise<string> = async () => {
  throw new Error('run must come first')
}
let close: () => Promise<void> = async () => undefined

/**
 * The back end for the desktop host: the same services as behind `tunewright serve`, with an IPC channel in place of HTTP.
 * A plain Node runs it, so that Electron's processes load no native module and no long query holds up a window.
 */
export async function run(
  { path, window }: { readonly path: string | null; readonly window: WindowProcessInfo | null },
  owner: Asker<BackEndOwner>,
): Promise<never> {
  const workspace = locateWorkspace(path)
  const { store, isReadOnly } = openStoreOrReadOnly(workspace.databasePath)
  const printPdf = async (html: string): Promise<Uint8Array> =>
    Buffer.from(await owner.ask('printPdf', html), 'base64')
  const backEnd = createBackEnd({
    store,
    isReadOnly,
    workspace,
    kind: 'electron',
    window,
    now: steadyClock(),
    printer: { printPdf },
  })
  backEnd.hub.subscribe(event => {
    owner.notify('event', backEnd.hub.textOf(event))
  })
  calls = async body => {
    const call = parseCall(body) ?? { method: '', payload: undefined }
    return answerCall(backEnd.api, call, (method, error) => {
      backEnd.log(method, error)
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
      owner.notify('bug', { method, stack })
    })
  }
  close = async () => {
    await backEnd.close()
    store.close()
  }
  owner.notify('ready', workspace.databasePath)
  return new Promise<never>(() => undefined)
}

export async function call(body: string): Promise<string> {
  return calls(body)
}

/** Running studies are stopped first. */
export async function closeBackEnd(): Promise<void> {
  await close()
}
