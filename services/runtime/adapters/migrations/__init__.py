"""The store's one history of migrations, run by `services.runtime.adapters.migrate`."""
