/** Texts of forms for options. */
export const enOptions = {
  of: 'Options of {name}',
  count: '{set} of {count} set',
  more: 'More settings',
  automatic: 'automatic',
  required: 'required',
  choose: 'Choose',
  add: 'Add one',
} as const
