import SwaggerParser from '@apidevtools/swagger-parser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { scopes } from '../../../src-main/features/access/common/access.ts'
import {
  type Method,
  programMethods,
  requestSchemas,
  scopeOf,
} from '../../../src-main/features/api/common/methods.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { languages } from '../../../src-main/core/i18n/language.ts'
import { describeApi } from '../../../src-main/features/api/node/openapi.ts'
import { askWebHost } from '../../helpers/web-client.ts'
import { servePrograms, type ServedPrograms, smallStudy } from '../../helpers/serve-programs.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
let served: ServedPrograms

beforeEach(async () => {
  served = await servePrograms(scratch())
})

afterEach(async () => served.close())

const study = { ...smallStudy, name: 'sphere' }

interface Body {
  readonly content: Readonly<Record<'application/json', { readonly schema: object }>>
}

interface Operation {
  readonly summary: string
  readonly 'x-scope': string
  readonly requestBody: Body
  readonly responses: { readonly '200': Body }
}
const operations = (language: (typeof languages)[number]) =>
  describeApi('1', createTranslate(language))['paths'] as unknown as Readonly<
    Record<string, { readonly post: Operation }>
  >

describe('the description of the API', () => {
  it.each(languages)('is valid OpenAPI 3.1 (%s)', async language => {
    const api = structuredClone(describeApi('1.2.3', createTranslate(language)))
    const parsed = await SwaggerParser.validate(api as never)
    expect(parsed.info.version).toBe('1.2.3')
  })

  it('has of every method scope, summary and schema, or it is for people', () => {
    const [english, chinese] = (['en', 'zh-CN'] as const).map(operations)
    for (const method of Object.keys(requestSchemas) as Method[]) {
      const at = `/api/v1/${method}`
      const post = english?.[at]?.post
      expect([method, post?.['x-scope'] ?? null]).toEqual([method, scopeOf(method)])
      if (post === undefined) continue
      expect(post.summary, method).toMatch(/^[A-Z].{8,}$/)
      expect(chinese?.[at]?.post.summary, method).toMatch(/\p{Script=Han}/u)
      const { schema } = post.requestBody.content['application/json']
      expect(schema, method).toMatchObject({ type: 'object', additionalProperties: false })
      const answer = post.responses['200'].content['application/json'].schema
      expect(Object.keys(answer), method).not.toEqual([])
    }
  })

  it('is served to whoever has a token', async () => {
    const headers = { Authorization: `Bearer ${served.token('steer')}` }
    const answer = await askWebHost(served.web.port, '/api/v1/openapi.json', { headers })
    const paths = (JSON.parse(answer.body) as { paths: object }).paths
    expect(Object.keys(paths)).toHaveLength(programMethods.length + 1)
  })
})

describe('rights', () => {
  it('are asked for by every method, before anything else of the call', async () => {
    const { api } = served.backEnd
    for (const method of Object.keys(api) as Method[]) vi.spyOn(api, method)
    const counts = { refused: 0 }
    for (const scope of scopes) {
      const token = served.token(...scopes.filter(candidate => candidate !== scope))
      for (const method of Object.keys(requestSchemas) as Method[]) {
        if (scopeOf(method) !== scope && scopeOf(method) !== null) continue
        const { status, body } = await served.call(method, { nonsense: true }, token)
        expect([
          method,
          status,
          (JSON.parse(body) as { error: { code: string } }).error.code,
        ]).toEqual([method, 403, scopeOf(method) === null ? 'access.peopleOnly' : 'access.scope'])
        counts.refused++
        // A token makes so many calls at once only.
        if (counts.refused % 150 === 0) await new Promise(resolve => setTimeout(resolve, 10))
      }
    }
    expect(counts.refused).toBeGreaterThan(programMethods.length)
  })

  it('let every method be called whose scope the token has', async () => {
    const token = served.token(...scopes)
    for (const method of programMethods) {
      const { status, body } = await served.call(method, { nonsense: true }, token)
      // The schema is strict: the call came as far as that.
      expect([method, status, body]).toEqual([method, 400, body])
    }
  })
})

describe('a script with all rights', () => {
  it('makes a study, watches it, queues a point, takes that back, and writes the report', async () => {
    const token = served.token(...scopes)
    const ask = async <Answer>(method: string, request: object): Promise<Answer> => {
      const { status, body } = await served.call(method, request, token)
      expect([method, status, body]).toEqual([method, 200, body])
      return JSON.parse(body) as Answer
    }
    const text = JSON.stringify(study)
    const { studyId } = await ask<{ studyId: number }>('study.create', {
      text,
      format: 'json',
      start: true,
    })
    await vi.waitFor(
      async () => expect(await ask('study.get', { studyId })).toMatchObject({ state: 'finished' }),
      { timeout: 20_000, interval: 100 },
    )
    const queued = await ask<{ id: number; detail: object }>('trial.enqueue', {
      studyId,
      parameters: { x0: 1, x1: 2 },
      from: null,
    })
    const by = { name: 'program 1', via: 'http' }
    expect(queued.detail).toMatchObject({ by })
    const undone = await ask<object>('study.undo', { studyId, eventId: queued.id })
    expect(undone).toMatchObject({ kind: 'trial.unqueued', detail: { undoes: queued.id, by } })
    const events = await ask<{ kind: string; detail: object }[]>('study.events', { studyId })
    expect(
      events.filter(({ kind }) => kind === 'program.acted').map(event => event.detail),
    ).toEqual([{ method: 'study.create', by }])
    const report = await ask<{ content: string }>('study.report', {
      studyId,
      format: 'markdown',
      language: 'en',
      sections: null,
    })
    expect(report.content).toContain('sphere')
  }, 40_000)

  it('hears of it through server-sent events, until its token is taken back', async () => {
    await served.close()
    served = await servePrograms(scratch(), 30)
    const token = served.token('read', 'start')
    const response = await fetch(`http://127.0.0.1:${served.web.port}/api/v1/events`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const text = JSON.stringify(study)
    await served.call('study.create', { text, format: 'json', start: false }, token)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    let streamText = ''
    while (!streamText.includes('"type":"study"')) {
      streamText += Buffer.from((await reader.read()).value ?? []).toString()
    }
    const [{ id = '' } = {}] = await served.backEnd.api['access.list']({})
    await served.backEnd.api['access.revoke']({ id })
    const ended = async (): Promise<boolean> => {
      for (;;) if ((await reader.read()).done) return true
    }
    expect(await ended().catch(() => true)).toBe(true)
  })
})
