/** Only what lies in the pages and components of this site; the framework's own components are styled when they are used. */
module.exports = {};
