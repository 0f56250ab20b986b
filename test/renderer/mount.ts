import { mount, type VueWrapper } from '@vue/test-utils'
import { ElMessage } from 'element-plus'
import { createPinia, setActivePinia } from 'pinia'
import { type Component, nextTick } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { expect, onTestFinished, vi } from 'vitest'
import {
  type Answers,
  type Method,
  requestSchemas,
} from '../../src-main/features/api/common/methods.ts'
import {
  type DesktopAnswers,
  type DesktopMethod,
  desktopRequestSchemas,
} from '../../src-main/features/desktop/common/desktop.ts'
import { decodeWire, encodeWire } from '../../src-main/core/processes/wire.ts'
import { AppError, serializeError } from '../../src-main/core/errors/errors.ts'
import type { Language } from '../../src-main/core/i18n/language.ts'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { plainParts, PlainOption, PlainSelect } from './plain-parts.ts'

/** What components are tested with: the catalog, a store of their own, a router and a back end that says what the test wants. */

export const t = createTranslate('en')
export const zh = createTranslate('zh-CN')

type AnyAnswers = Answers & DesktopAnswers
type AnyMethod = Method | DesktopMethod
const schemas = { ...requestSchemas, ...desktopRequestSchemas }

/** What the back end was asked, in order. */
export interface Asked {
  readonly method: AnyMethod
  readonly payload: unknown
}

export type Back = {
  [Name in AnyMethod]?: AnyAnswers[Name] | AppError | ((payload: never) => unknown)
}

export interface MountOptions {
  readonly props?: Readonly<Record<string, unknown>>
  /** By method: an answer, an error, or a function of the request; null for all others. */
  readonly back?: Back
  /** The stream of events; by default nothing ever comes. */
  readonly stream?: (init: RequestInit) => Response
  /** Fills stores before the component reads them. */
  readonly prepare?: () => void
  readonly language?: Language
  /** Where the page is at first. */
  readonly path?: string
  /** Dialogs open and close in time, as in a browser; by default at once, and none says that it has closed. */
  readonly hasTransitions?: boolean
}

export interface Mounted {
  readonly wrapper: VueWrapper
  readonly asked: readonly Asked[]
  /** The requests of one method, in order. */
  requests(method: AnyMethod): unknown[]
  readonly router: Router
  /** What the component has made of its `v-model`. */
  model<Value>(): Value
  /** The element that has this name for screen readers. */
  field(label: string): ReturnType<VueWrapper['find']>
  /** What stands in a field. */
  value(label: string): string
  type(label: string, text: string): Promise<void>
  /** Ticks or unticks a box, or takes a round one. */
  tick(label: string, on?: boolean): Promise<void>
  /** Gives the `v-model` another value from outside: opens a dialog, say. */
  give(value: unknown): Promise<void>
  /** Takes one of the options of a list, or several. */
  choose(label: string, value: unknown): Promise<void>
  options(label: string): readonly unknown[]
  /** What a list has chosen. */
  chosen(label: string): unknown
  /** The part of the page below a heading. */
  section(title: string): ReturnType<VueWrapper['find']>
  button(name: string): ReturnType<VueWrapper['find']>
  /** Presses a button by its text or name. */
  press(name: string): Promise<void>
  submit(): Promise<void>
  /** Takes a file in the picker of files. */
  takeFile(name: string, content?: string): Promise<void>
  text(): string
}

/** Lets everything that was asked be answered. */
export async function settle(): Promise<void> {
  if (vi.isFakeTimers()) {
    await pass(1)
    return
  }
  for (let turn = 0; turn < 4; turn++) {
    await new Promise(resolve => setTimeout(resolve))
    await nextTick()
  }
}

/** For what waits: until the test is finished, time goes by only as {@link pass} says. */
export function holdTime(): void {
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
  })
}

export async function pass(durationMs: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(durationMs)
  await nextTick()
}

/** Presses a key where the focus is, or on an element. */
export async function pressKey(
  key: string,
  element: Node | null = document.activeElement,
  keys: KeyboardEventInit = {},
): Promise<void> {
  const event = { key, code: key, bubbles: true, cancelable: true, ...keys }
  ;(element ?? document.body).dispatchEvent(new KeyboardEvent('keydown', event))
  await settle()
}

/** Until what moves stands still. */
export async function standStill(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 60))
  await settle()
}

/** Errors that stand on top of the page. */
export function errorsShown(): string[] {
  return [...document.querySelectorAll('.el-message')].map(element => element.textContent)
}

/** Mounts a component; a `modelValue` among its props follows what it emits. */
export function mountPart(component: Component, options: MountOptions = {}): Mounted {
  const requests: Asked[] = []
  answerWith(options.back ?? {}, requests, options.stream)
  const pinia = createPinia()
  setActivePinia(pinia)
  localStorage.clear()
  localStorage.setItem('tunewright.language', options.language ?? 'en')
  options.prepare?.()
  const history = createMemoryHistory()
  history.replace(options.path ?? '/studies')
  const router = createRouter({
    history,
    routes: ['studies', 'study', 'newStudy', 'compare', 'settings', 'datasets', 'engines'].map(
      name => ({ name, path: `/${name}/:id?/:tab?/:part?`, component: { render: () => null } }),
    ),
  })
  const wrapper: VueWrapper = mount(component, {
    attachTo: document.body,
    props: {
      ...options.props,
      'onUpdate:modelValue': (value: unknown) => wrapper.setProps({ modelValue: value } as never),
    } as never,
    global: {
      plugins: [pinia, router],
      stubs: { ...plainParts, teleport: true, transition: options.hasTransitions !== true },
    },
  })
  onTestFinished(() => {
    wrapper.unmount()
    sessionStorage.clear()
    ElMessage.closeAll()
    document.body.replaceChildren()
  })

  const named = (label: string) => {
    const labeled = wrapper
      .findAll('[aria-label]')
      .filter(element => element.attributes('aria-label') === label)
    const input = labeled.find(element => ['INPUT', 'TEXTAREA'].includes(element.element.tagName))
    const labelElement = wrapper.findAll('label').find(element => element.text() === label)
    const first = input ?? labeled[0] ?? labelElement?.find('input')
    if (first === undefined) {
      const labels = wrapper
        .findAll('[aria-label]')
        .map(element => element.attributes('aria-label'))
      throw new Error(`nothing is called ${label}, but ${labels.join(' | ')}`)
    }
    return first
  }
  const select = (label: string) => {
    const list = wrapper
      .findAllComponents(PlainSelect)
      .find(element => element.props('ariaLabel') === label)
    if (list === undefined) throw new Error(`no list is called ${label}`)
    return list
  }
  const button = (name: string) => {
    const match = wrapper
      .findAll('button, [role=button]')
      .find(element => element.attributes('aria-label') === name || element.text() === name)
    if (match === undefined) {
      const names = wrapper
        .findAll('button')
        .map(element => element.attributes('aria-label') ?? element.text())
      throw new Error(`no button is called ${name}, but ${names.join(' | ')}`)
    }
    return match
  }
  return {
    wrapper,
    asked: requests,
    requests: method =>
      requests.filter(request => request.method === method).map(({ payload }) => payload),
    router,
    model: <Value>(): Value => wrapper.props('modelValue' as never),
    field: named,
    value: label => (named(label).element as HTMLInputElement).value,
    async type(label, text) {
      await named(label).setValue(text)
      await settle()
    },
    async tick(label, on = true) {
      const element = named(label)
      const box = element.element.tagName === 'INPUT' ? element : element.find('input')
      await box.setValue(on)
      await settle()
    },
    async give(value) {
      await wrapper.setProps({ modelValue: value })
      await settle()
    },
    async choose(label, value) {
      const list = select(label)
      if (list.props('allowCreate') !== '' && value !== '')
        for (const choice of Array.isArray(value) ? (value as unknown[]) : [value])
          expect(this.options(label)).toContain(choice)
      ;(list.vm as unknown as { $emit: (name: string, value: unknown) => void }).$emit(
        'update:modelValue',
        value,
      )
      await settle()
    },
    options: label =>
      select(label)
        .findAllComponents(PlainOption)
        .map(element => element.props('value') as unknown),
    chosen: label => select(label).props('modelValue') as unknown,
    section(title) {
      const match = wrapper
        .findAll('section')
        .find(element => element.find('h2').exists() && element.find('h2').text() === title)
      if (match === undefined) throw new Error(`no section is called ${title}`)
      return match
    },
    button,
    async press(name) {
      await button(name).trigger('click')
      await settle()
    },
    async submit() {
      await wrapper.find('form').trigger('submit')
      await settle()
    },
    async takeFile(name, content = '1,2') {
      const picker = wrapper.find('input[type=file]')
      Object.defineProperty(picker.element, 'files', {
        value: [new File([content], name)],
        configurable: true,
      })
      await picker.trigger('change')
      await settle()
    },
    text: () => wrapper.text(),
  }
}

/** Answers as the back end does: a request that breaks the schema of its method fails the test. */
function answerWith(back: Back, requests: Asked[], stream: MountOptions['stream']): void {
  const refused: string[] = []
  onTestFinished(() => {
    expect(refused).toEqual([])
  })
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (url === '/api/events') return stream?.(init) ?? new Promise(() => undefined)
    const request = decodeWire(init.body as string) as Asked
    requests.push(request)
    const { error } = schemas[request.method].safeParse(request.payload)
    if (error !== undefined) refused.push(`${request.method}: ${error.message}`)
    const answer: unknown = back[request.method]
    const value: unknown =
      typeof answer === 'function'
        ? await (answer as (payload: unknown) => unknown)(request.payload)
        : answer
    const envelope =
      value instanceof AppError
        ? { ok: false, error: serializeError(value) }
        : { ok: true, value: value ?? null }
    return new Response(encodeWire(envelope))
  })
}
