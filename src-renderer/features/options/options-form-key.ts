import type { Component, InjectionKey } from 'vue'

/** The form that an option with options of its own shows them in: handed down, since it imports the rows that need it. */
export const optionsFormKey: InjectionKey<Component> = Symbol('form for options')
