/** What of Enketo a page with a form needs, as one bundle. */
export { Form } from 'enketo-core';
