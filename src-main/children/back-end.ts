import process from 'node:process'
import type { FromBackEnd, ToBackEnd } from '../contract/back-end-protocol.ts'
import { serializeError } from '../contract/errors.ts'
import { answerCall, parseCall } from '../bridge/answer-call.ts'
import { startAnalysis } from '../back-end/start-analysis.ts'
import { createApi } from '../back-end/api/create-api.ts'
import { EventHub } from '../bridge/event-hub.ts'
import { InquiryDesk } from '../queries/inquiry-desk.ts'
import { keepLog } from '../back-end/keep-log.ts'
import { openStoreForWriting } from '../storage/open-store.ts'
import { DesktopPrinter } from '../back-end/desktop-printer.ts'
import { StudyHost } from '../back-end/study-host.ts'
import { locateWorkspace } from '../storage/workspace.ts'

/**
 * The back end as a process of its own, for the desktop host: the same services as behind `tunewright
 * serve`, with an IPC channel in place of HTTP. A plain Node runs it, so that Electron's processes load no native
 * module and no long query holds up a window. It ends when the channel closes: running studies are stopped
 * first, and go on with Resume.
 */
let calls: ((body: string) => Promise<string>) | null = null
/** Pages that the host prints. */
let prints: DesktopPrinter | null = null
let close: () => Promise<void> = async () => undefined

process.on('message', (message: ToBackEnd) => {
  if (message.type === 'open') open(message.databasePath)
  else if (message.type === 'printed') prints?.printed(message)
  else if (calls !== null) void answer(message.id, message.body)
})
process.on('disconnect', () => {
  void close().finally(() => process.exit(0))
})
// Ctrl-C in a terminal reaches the whole process group; the host decides when the back end ends.
process.on('SIGINT', () => {})

function open(databasePath: string | null): void {
  try {
    const workspace = locateWorkspace(databasePath)
    const store = openStoreForWriting(workspace.databasePath)
    const hub = new EventHub()
    const host = new StudyHost({ store, workspace, hub, now: Date.now })
    const analysis = startAnalysis({ store, workspace, hub })
    const inquiries = new InquiryDesk({ databasePath: workspace.databasePath, now: Date.now })
    const printer = new DesktopPrinter(send)
    prints = printer
    const api = createApi({
      ...{ store, host, workspace, analysis, inquiries, printer },
      kind: 'electron',
      now: Date.now,
    })
    const log = keepLog(workspace, hub)
    hub.subscribe(event => {
      send({ type: 'event', event })
    })
    calls = async body => {
      const call = parseCall(body) ?? { method: '', payload: undefined }
      return answerCall(api, call, (method, error) => {
        const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
        log(method, error)
        send({ type: 'bug', method, stack })
      })
    }
    close = async () => {
      await Promise.all([host.close(), analysis.close(), inquiries.close()])
      store.close()
    }
    send({ type: 'ready', databasePath: workspace.databasePath })
  } catch (error) {
    send({ type: 'failed', error: serializeError(error) })
    process.disconnect()
  }
}

async function answer(id: number, body: string): Promise<void> {
  if (calls !== null) send({ type: 'answer', id, text: await calls(body) })
}

/** A host that is gone hears nothing; `disconnect` follows. */
function send(message: FromBackEnd): void {
  if (process.connected) process.send?.(message)
}
