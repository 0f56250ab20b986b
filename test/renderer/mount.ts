import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { type Component, defineComponent, getCurrentInstance, h, nextTick } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { expect, onTestFinished, vi } from 'vitest'
import type { Answers, Method } from '../../src-main/contract/api/methods.ts'
import { decodeWire, encodeWire } from '../../src-main/contract/api/wire.ts'
import { AppError, serializeError } from '../../src-main/contract/errors.ts'
import { createTranslate } from '../../src-main/i18n/translate.ts'

/** What components are tested with: the catalogue, a store of their own, a router and a back end that says what the test wants. */

export const { t } = { t: createTranslate('en') }

/** Lists and pop-ups without their placing on a page, which a document without a layout sends round in circles. */
const PlainSelect = defineComponent({
  name: 'ElSelect',
  inheritAttrs: false,
  props: ['modelValue', 'ariaLabel', 'allowCreate', 'multiple', 'clearable'],
  emits: ['update:modelValue'],
  setup:
    (props, { slots }) =>
    () =>
      h('div', { role: 'combobox', 'aria-label': props.ariaLabel as string }, slots['default']?.()),
})
const PlainOption = defineComponent({
  name: 'ElOption',
  props: ['value', 'label'],
  setup: props => () => h('div', { role: 'option' }, String(props.label ?? props.value)),
})
const PlainPopover = defineComponent({
  name: 'ElPopover',
  inheritAttrs: false,
  setup:
    (_, { slots }) =>
    () => [slots['reference']?.(), slots['default']?.()],
})
const PlainDropdown = defineComponent({
  name: 'ElDropdown',
  inheritAttrs: false,
  emits: ['command'],
  setup:
    (_, { slots }) =>
    () => [slots['default']?.(), slots['dropdown']?.()],
})
const PlainItem = defineComponent({
  name: 'ElDropdownItem',
  props: ['command'],
  setup(props, { slots }) {
    const self = getCurrentInstance()
    function choose(): void {
      let owner = self?.parent ?? null
      while (owner !== null && owner.type.name !== 'ElDropdown') owner = owner.parent
      owner?.emit('command', props.command)
    }
    return () => h('button', { onClick: choose }, slots['default']?.())
  },
})
const plainParts = {
  ElSelect: PlainSelect,
  ElOption: PlainOption,
  ElPopover: PlainPopover,
  ElDropdown: PlainDropdown,
  ElDropdownItem: PlainItem,
  ElDropdownMenu: defineComponent({
    setup:
      (_, { slots }) =>
      () =>
        slots['default']?.(),
  }),
}

/** What the back end was asked, in order. */
export interface Asked {
  readonly method: Method
  readonly payload: unknown
}

type Back = { [Name in Method]?: Answers[Name] | AppError | ((payload: never) => unknown) }

export interface MountOptions {
  readonly props?: Readonly<Record<string, unknown>>
  /** By method: an answer, an error, or a function of the request. */
  readonly back?: Back
  /** Fills stores before the component reads them. */
  readonly prepare?: () => void
}

export interface Mounted {
  readonly wrapper: VueWrapper
  readonly asked: readonly Asked[]
  readonly router: Router
  /** What the component has made of its `v-model`. */
  model<Value>(): Value
  /** The element that has this name for screen readers. */
  field(label: string): ReturnType<VueWrapper['find']>
  type(label: string, text: string): Promise<void>
  /** Ticks or unticks a box, or takes a round one. */
  tick(label: string, on?: boolean): Promise<void>
  /** Gives the `v-model` another value from outside: opens a dialog, say. */
  give(value: unknown): Promise<void>
  /** Takes one of the options of a list, or several. */
  choose(label: string, value: unknown): Promise<void>
  options(label: string): readonly unknown[]
  /** Presses a button by its text or name. */
  press(name: string): Promise<void>
  submit(): Promise<void>
  text(): string
}

/** Lets everything that was asked be answered. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    await new Promise(resolve => setTimeout(resolve))
    await nextTick()
  }
}

/** Mounts a component; a `modelValue` among its props follows what it emits. */
export function mountPart(component: Component, options: MountOptions = {}): Mounted {
  const asked: Asked[] = []
  answerWith(options.back ?? {}, asked)
  const pinia = createPinia()
  setActivePinia(pinia)
  localStorage.clear()
  localStorage.setItem('tunewright.language', 'en')
  options.prepare?.()
  const router = createRouter({
    history: createMemoryHistory(),
    routes: ['studies', 'study', 'newStudy', 'compare', 'settings', 'datasets', 'engines'].map(
      name => ({ name, path: `/${name}/:id?`, component: { render: () => null } }),
    ),
  })
  void router.push('/studies')
  const wrapper: VueWrapper = mount(component, {
    attachTo: document.body,
    props: {
      ...options.props,
      'onUpdate:modelValue': (value: unknown) => wrapper.setProps({ modelValue: value } as never),
    } as never,
    global: {
      plugins: [pinia, router],
      stubs: { ...plainParts, teleport: true, transition: true },
    },
  })
  onTestFinished(() => {
    wrapper.unmount()
  })

  const named = (label: string) => {
    const found = wrapper
      .findAll('[aria-label]')
      .filter(element => element.attributes('aria-label') === label)
    const input = found.find(element => ['INPUT', 'TEXTAREA'].includes(element.element.tagName))
    const first = input ?? found[0]
    if (first === undefined) {
      const labels = wrapper.findAll('[aria-label]').map(one => one.attributes('aria-label'))
      throw new Error(`nothing is called ${label}, but ${labels.join(' | ')}`)
    }
    return first
  }
  const select = (label: string) => {
    const found = wrapper
      .findAllComponents(PlainSelect)
      .find(one => one.props('ariaLabel') === label)
    if (found === undefined) throw new Error(`no list is called ${label}`)
    return found
  }
  return {
    wrapper,
    asked,
    router,
    model: <Value>(): Value => wrapper.props('modelValue' as never),
    field: named,
    async type(label, text) {
      await named(label).setValue(text)
      await named(label).trigger('change')
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
        for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
          expect(this.options(label)).toContain(one)
      ;(list.vm as unknown as { $emit: (name: string, value: unknown) => void }).$emit(
        'update:modelValue',
        value,
      )
      await settle()
    },
    options: label =>
      select(label)
        .findAllComponents(PlainOption)
        .map(one => one.props('value') as unknown),
    async press(name) {
      const button = wrapper
        .findAll('button, [role=button]')
        .find(one => one.attributes('aria-label') === name || one.text() === name)
      if (button === undefined) {
        const names = wrapper
          .findAll('button')
          .map(one => one.attributes('aria-label') ?? one.text())
        throw new Error(`no button is called ${name}, but ${names.join(' | ')}`)
      }
      await button.trigger('click')
      await settle()
    },
    async submit() {
      await wrapper.find('form').trigger('submit')
      await settle()
    },
    text: () => wrapper.text(),
  }
}

function answerWith(back: Back, asked: Asked[]): void {
  vi.stubGlobal('fetch', (_url: string, { body }: { body: string }) => {
    const request = decodeWire(body) as Asked
    asked.push(request)
    const answer: unknown = back[request.method]
    const value: unknown =
      typeof answer === 'function'
        ? (answer as (payload: unknown) => unknown)(request.payload)
        : answer
    const envelope =
      value instanceof AppError
        ? { ok: false, error: serializeError(value) }
        : { ok: true, value: value ?? null }
    return Promise.resolve(new Response(encodeWire(envelope)))
  })
}
