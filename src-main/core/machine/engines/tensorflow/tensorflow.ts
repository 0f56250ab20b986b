import { defineEngine } from '../engine-definition.ts'

/** TensorFlow’s own library. */
export const tensorflow = defineEngine({
  name: 'tensorflow',
  title: 'TensorFlow',
  trains: 'networks',
  isPack: true,
  startsSlowly: true,
})
