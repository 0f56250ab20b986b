import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { usePreferences } from '../../src-renderer/stores/preferences.ts'
import { defineComponent, getCurrentInstance, h } from 'vue'

/** Lists and pop-ups without their placing on a page, which a document without a layout sends round in circles. */
export const PlainSelect = defineComponent({
  name: 'ElSelect',
  inheritAttrs: false,
  props: ['modelValue', 'ariaLabel', 'allowCreate', 'multiple', 'clearable'],
  emits: ['update:modelValue'],
  setup:
    (props, { slots }) =>
    () =>
      h('div', { role: 'combobox', 'aria-label': props.ariaLabel as string }, [
        slots['header']?.(),
        slots['default']?.(),
      ]),
})
export const PlainOption = defineComponent({
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
/** A document without a layout has no canvas either. */
const PlainChart = defineComponent({
  name: 'ModelChart',
  inheritAttrs: false,
  props: ['model', 'label'],
  setup: props => () => h('div', { role: 'img', 'aria-label': props.label as string }),
})
/** Nor does it have room for an editor of code. */
const PlainEditor = defineComponent({
  name: 'StudyFileEditor',
  props: ['modelValue'],
  emits: ['update:modelValue'],
  setup:
    (props, { emit }) =>
    () =>
      h('textarea', {
        'aria-label': createTranslate(usePreferences().language)('newStudy.file'),
        value: props.modelValue as string,
        onInput: (event: Event) => {
          emit('update:modelValue', (event.target as HTMLTextAreaElement).value)
        },
      }),
})
export const plainParts = {
  StudyFileEditor: PlainEditor,
  ModelChart: PlainChart,
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
