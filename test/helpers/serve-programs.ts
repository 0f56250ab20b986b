import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AccessTokens } from '../../src-main/features/access/node/access-tokens.ts'
import { type BackEnd, createBackEnd } from '../../src-main/hosts/back-end/create-back-end.ts'
import type { Scope } from '../../src-main/features/access/common/access.ts'
import { openStoreForWriting } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace, type Workspace } from '../../src-main/platform/storage/workspace.ts'
import { startWebHost, type WebHost } from '../../src-main/hosts/web/web-host.ts'
import { askWebHost, type WebAnswer } from './web-client.ts'

/** A study that ends at once. */
export const smallStudy = {
  name: 'branin',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  sampler: { name: 'random' },
  stop: { trials: 6 },
}

export interface ServedPrograms {
  readonly workspace: Workspace
  readonly backEnd: BackEnd
  readonly web: WebHost
  readonly bugs: readonly string[]
  /** A new token. */
  token(...scopes: Scope[]): string
  /** Calls a method with a token. */
  call(method: string, request: unknown, token: string): Promise<WebAnswer>
  close(): Promise<void>
}

/** A back end on a new database in `folder`, with the endpoint for programs. */
export async function servePrograms(folder: string, beatEveryMs = 15_000): Promise<ServedPrograms> {
  const page = path.join(folder, 'page')
  mkdirSync(page)
  writeFileSync(path.join(page, 'index.html'), '<!doctype html><title>page</title>')
  const workspace = {
    ...locateWorkspace(path.join(folder, 'a.sqlite')),
    trustFile: path.join(folder, 'trusted.json'),
  }
  const store = openStoreForWriting(workspace.databasePath)
  const backEnd = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
  const tokens = new AccessTokens(workspace.tokenFile)
  const bugs: string[] = []
  const web = await startWebHost({
    api: backEnd.api,
    hub: backEnd.hub,
    transfers: backEnd.transfers,
    port: 0,
    rendererFolder: page,
    programs: {
      version: '1.2.3',
      find: secret => tokens.find(secret),
      apiFor: backEnd.apiFor,
      isBusy: () => backEnd.isBusy,
    },
    onBug: method => bugs.push(method),
    streamTimes: { beatEveryMs },
  })
  let made = 0
  return {
    workspace,
    backEnd,
    web,
    bugs,
    token: (...scopes) =>
      tokens.create({ name: `program ${++made}`, scopes, atMs: Date.now() }).secret,
    call: async (method, request, token) =>
      askWebHost(web.port, `/api/v1/${method}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: typeof request === 'string' ? request : JSON.stringify(request),
      }),
    close: async () => {
      await backEnd.close()
      await web.close()
      store.close()
    },
  }
}
