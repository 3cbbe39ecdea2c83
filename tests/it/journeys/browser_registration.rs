//! Registration in a browser: by keyboard and mouse, with axe-core on every page and in every error state.
