import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { MAX_LINE_BYTES } from '../common/ask-tell-protocol.ts'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import { cutLines } from '../../../platform/files/cut-lines.ts'
import { samplerWhy } from '../../../search/sampler-why.ts'
import { Conversation, type StudyWatcher } from './conversation.ts'
import { isUnnamed } from './named-parameter.ts'
import { type AnswerFrame, removeEndpoint, toFrame, writeEndpoint } from './suggest-endpoint.ts'
import type { ServiceOptions } from '../../studies/node/study-host.ts'
import { StudyProgress } from '../../studies/node/study-progress.ts'

const MAX_PROGRAMS = 100
/** Connections that have not said the key; of more, the oldest goes. Every user of the machine can make some. */
const MAX_STRANGERS = 100
/** A stranger who says no key goes. */
const KEY_WITHIN_MS = 5_000
const MAX_KEY_BYTES = 100
/** A quoted line is longer than the line; the peer is a command of the same user. */
const MAX_FRAME_BYTES = 3 * MAX_LINE_BYTES

/**
 * Lets programs of the same user ask and tell while this process has the database: `tunewright suggest` hands its lines on. Their studies
 * run here, live on the page, and are paused when their programs go.
 */
export class SuggestService {
  readonly #options: ServiceOptions
  readonly #key = randomBytes(32).toString('base64url')
  readonly #programs = new Set<Program>()
  readonly #strangers = new Set<Socket>()
  /** By id of the study. */
  readonly #owners = new Map<number, Program>()
  readonly #server: Server
  readonly #ready: Promise<void>

  constructor(options: ServiceOptions) {
    this.#options = options
    this.#server = createServer(
      // The other end hears the end when its studies are paused.
      { allowHalfOpen: true, noDelay: true },
      socket => void this.#answer(socket),
    )
    this.#ready = this.#open().catch((error: unknown) => {
      // Everything else works without it.
      options.log('suggest', error)
    })
  }

  async close(): Promise<void> {
    await this.#ready
    removeEndpoint(this.#options.workspace.suggestFile)
    this.#server.close()
    for (const socket of this.#strangers) socket.destroy()
    await Promise.all(Array.from(this.#programs, async program => program.end()))
  }

  async #open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    // Whoever ends this process closes it; until then nothing else must wait for it.
    this.#server.unref()
    const { port } = this.#server.address() as AddressInfo
    writeEndpoint(this.#options.workspace.suggestFile, {
      process: process.pid,
      port,
      key: this.#key,
    })
  }

  async #answer(socket: Socket): Promise<void> {
    // A connection that breaks has ended, and its lines with it.
    socket.on('error', () => socket.destroy())
    const input = socket.pipe(cutLines(MAX_FRAME_BYTES, MAX_KEY_BYTES))
    socket.once('close', () => input.end())
    const timer = setTimeout(() => socket.destroy(), KEY_WITHIN_MS)
    this.#addStranger(socket)
    let program: Program | null = null
    try {
      for await (const frame of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
        if (program === null) {
          if (!isSame(frame, JSON.stringify(this.#key))) return
          if (this.#programs.size >= MAX_PROGRAMS) return
          clearTimeout(timer)
          this.#strangers.delete(socket)
          program = new Program(socket, this.#options, this.#owners)
          this.#programs.add(program)
        } else await program.answer(frame)
      }
    } catch (error) {
      this.#options.log('suggest', error)
    } finally {
      clearTimeout(timer)
      this.#strangers.delete(socket)
      if (program === null) socket.destroy()
      else {
        await program.end()
        this.#programs.delete(program)
      }
    }
  }

  #addStranger(socket: Socket): void {
    this.#strangers.add(socket)
    for (const oldest of this.#strangers) {
      if (this.#strangers.size <= MAX_STRANGERS) break
      this.#strangers.delete(oldest)
      oldest.destroy()
    }
  }
}

/** One program at the endpoint. */
class Program {
  readonly #socket: Socket
  readonly #options: ServiceOptions
  readonly #owners: Map<number, Program>
  readonly #progress = new Map<number, StudyProgress>()
  readonly #conversation: Conversation
  #samplers: MessageDescriptor[] = []

  constructor(socket: Socket, options: ServiceOptions, owners: Map<number, Program>) {
    this.#socket = socket
    this.#options = options
    this.#owners = owners
    const { store, now, log, host, workspace } = options
    this.#conversation = new Conversation({
      store,
      now,
      onBug: error => log('suggest', error),
      filesOf: studyId => workspace.artifactDirectory(studyId),
      isTaken: studyId => host.isRunning(studyId) && owners.get(studyId) !== this,
      watch: study => this.#watch(study),
    })
  }

  async answer(frame: string): Promise<void> {
    const answers = this.#conversation.answersTogether(JSON.parse(frame) as string[])
    const { isOpen } = this.#conversation
    const reply: AnswerFrame = { answers, isOpen, samplers: this.#samplers }
    this.#samplers = []
    const socket = this.#socket
    // One that is gone takes no more, ever.
    if (!socket.write(toFrame(reply)) && !socket.destroyed) await once(socket, 'drain')
  }

  /** Its studies are paused, and files of its trials taken over. */
  async end(): Promise<void> {
    // Before another program may take up its studies, and look for files that no trial has.
    await this.#conversation.settled()
    this.#conversation.close(msg('ending.endOfInput'))
    await this.#conversation.settled()
    this.#socket.destroy()
  }

  #watch(study: StudyRecord): StudyWatcher {
    const { id: studyId, specification } = study
    const { store, hub, host } = this.#options
    this.#owners.set(studyId, this)
    if (!isUnnamed(specification)) this.#samplers.push(samplerWhy(specification))
    const progress = new StudyProgress({ studyId, store, hub, row: () => host.row(studyId) })
    this.#progress.get(studyId)?.close()
    this.#progress.set(studyId, progress)
    return {
      began: refresh => {
        host.watch(studyId, true, refresh)
        host.announce(studyId)
      },
      changed: number => progress.changed(number),
      reported: (number, columns) => progress.listener.metricsArrived?.(number, columns),
      grew: () => this.#grew(studyId),
      ended: () => this.#left(studyId),
    }
  }

  /** Faces read it anew. */
  #grew(studyId: number): void {
    const { store, host } = this.#options
    const event = store.events(studyId).findLast(({ kind }) => kind === 'study.changed')
    if (event !== undefined) host.intervened(studyId, { event, affects: 'nothing' })
  }

  #left(studyId: number): void {
    const { host } = this.#options
    if (this.#owners.get(studyId) !== this) return
    this.#progress.get(studyId)?.close()
    this.#progress.delete(studyId)
    this.#owners.delete(studyId)
    host.watch(studyId, false)
    host.announce(studyId)
  }
}

function isSame(text: string, secret: string): boolean {
  const [a, b] = [Buffer.from(text), Buffer.from(secret)]
  return a.length === b.length && timingSafeEqual(a, b)
}
