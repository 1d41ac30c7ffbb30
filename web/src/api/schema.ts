// Made by `npm run api` from crates/server/openapi.json. Do not edit.

export interface paths {
    "/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of assets, those with the highest score first where no sort order is given. Sorted by `name`, `kind`, `open`,
         *     `top_priority`, `first_seen` or `last_seen`.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["assets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One asset with all that is known of it. An asset that was merged answers as the one it went into.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["asset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Declares what people know of an asset.
         * @description Needs `assets.edit` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        patch: operations["declareAsset"];
        trace?: never;
    };
    "/assets/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Merges another asset into this one; it can be split again.
         * @description Needs `assets.edit` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["mergeAssets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Writes a note on an asset.
         * @description Needs `exposures.comment` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["noteOnAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{id}/sbom": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The asset's software as a bill of materials.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["assetBill"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{id}/vex": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was decided of the asset's vulnerabilities, as OpenVEX.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["assetVex"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counts of the assets that a query selects.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["assetFacets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says who is to fix some exposures.
         * @description Needs `exposures.assign` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["assign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Takes an assignment back: what nobody assigned again since belongs to whom it belonged before.
         * @description Needs `exposures.assign` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        delete: operations["undoAssignment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assignments/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What an assignment would change; changes nothing.
         * @description Needs `exposures.assign` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["previewAssignment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What may fall, and what much of it passes through.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["attack"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attack/assets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The ways to an asset, and what falls with it.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["attackOnAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attack/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became better or worse since a past day.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["attackCompared"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attack/cut": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finds the cheapest fixes that sever every way to some assets.
         * @description Needs `estate.read` (role viewer). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["cut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attack/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All entries.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attack/entries/{entry}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Goes back to the estimate of the house.
         * @description Needs `scopes.manage` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        delete: operations["resetEntry"];
        options?: never;
        head?: never;
        /**
         * Says how likely an entry is, or whether it is considered at all.
         * @description Needs `scopes.manage` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        patch: operations["changeEntry"];
        trace?: never;
    };
    "/attack/exposures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The best way that uses an exposure.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["attackByExposure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attack/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The attack graph as a picture: a spot for each asset on some way to what somebody valued.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["attackGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attack/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The fixes that take away the most expected loss for their cost, first things first.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["plan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attack/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The steps between two spots of the attack graph, or all from or to one, with the facts that each rests on.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["attackSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attack/whatif": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says what would be otherwise after some fixes, together. Nothing is changed.
         * @description Needs `estate.read` (role viewer). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["whatIf"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a decision.
         * @description Needs `exposures.decide` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["decide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Takes a decision back: its exposures are what they would be without it.
         * @description Needs `exposures.decide` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        delete: operations["undoDecision"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a decision would be about; changes nothing.
         * @description Needs `exposures.decide` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["previewDecision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/demo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes all demonstration data.
         * @description Needs `demo.remove` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        delete: operations["removeDemo"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/discover/host": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Looks at the machine that Bartizan runs on.
         * @description Needs `runs.collect` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["discoverHost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of the event log, newest first.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The event log as it grows: server-sent events named `change`; and `derived`, which is no line of the log, where priorities changed
         *     by a new attack graph. With `Last-Event-ID` it begins after that event.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["eventStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exposures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of exposures, most urgent first where no sort order is given.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["exposures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exposures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One exposure with everything that is known of it.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["exposure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exposures/{id}/apart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says that two exposures are not one; where they are one now, takes `other` out. No rule joins them again.
         * @description Needs `exposures.decide` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["tellApart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exposures/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Records a remark.
         * @description Needs `exposures.comment` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exposures/{id}/same": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says that two exposures are one: of an asset, or of an application and of the machine that it runs on.
         * @description Needs `exposures.decide` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["confirmSame"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exposures/{id}/together": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is one with an exposure, why, and what perhaps is.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["together"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exposures/alike": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Exposures of different tools that are perhaps one.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["alike"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exposures/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All exposures that a query selects, as a file: most urgent first, or by source (`sarif`, `ocsf`).
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["exportExposures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exposures/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Counts of the exposures that a query selects.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["exposureFacets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feeds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All feeds that are known of, as they were loaded.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["feeds"];
        put?: never;
        /**
         * Loads a feed from its file, plain or compressed with gzip, zstd or xz. A bad file never replaces good data.
         * @description Needs `feeds.manage` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["loadFeed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feeds/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fetches the feeds that changed, and loads them. Nothing is told to anybody.
         * @description Needs `feeds.manage` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["syncFeeds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/formats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The formats that imports understand.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["formats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Imports reports: the body is one, or an archive of them (zip, tar), as it is or compressed with gzip or zstd; or it is
         *     `multipart/form-data` with many such files. Each report is a run of its own: all of it is stored, or nothing.
         * @description Needs `runs.import` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{run}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stops an import; nothing of it is stored.
         * @description Needs `runs.import` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["cancelImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/merges/{id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a merge apart; the answer is the asset that remained.
         * @description Needs `assets.edit` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["splitMerge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/networks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The networks that private addresses are told apart by, by name.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["networks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What matters now.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who can be given work: the accounts that are not shut.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/query/fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The fields of the query language.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["queryFields"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of runs, newest first.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One run with what it covered.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scopes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All scopes.
         * @description Needs `estate.read` (role viewer).
         */
        get: operations["scopes"];
        put?: never;
        /**
         * Makes a scope.
         * @description Needs `scopes.manage` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["createScope"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/scopes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a scope; its assets stay.
         * @description Needs `scopes.manage` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        delete: operations["removeScope"];
        options?: never;
        head?: never;
        /**
         * Changes a scope.
         * @description Needs `scopes.manage` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        patch: operations["changeScope"];
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in.
         * @description For everyone who is signed in.
         */
        get: operations["session"];
        put?: never;
        /**
         * Signs in; the answer sets the session's cookie.
         * @description Open to everyone.
         */
        post: operations["signIn"];
        /**
         * Signs out; the session ends at once.
         * @description For everyone who is signed in. A call by cookie carries `X-Bartizan-CSRF`.
         */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Changes one's own password. All other sessions end; the answer sets a new cookie.
         * @description For everyone who is signed in. A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the first account is still to be made.
         * @description Open to everyone.
         */
        get: operations["setup"];
        put?: never;
        /**
         * Makes the first account, an administrator, and signs it in.
         * @description Open to everyone.
         */
        post: operations["completeSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Looks at the beginning of a file: the first 64 KiB are enough. 404 where it is no table.
         * @description Needs `runs.import` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["lookAtTable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tables/{header}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Says what the columns under a header mean. It counts for every table with this header from then on.
         * @description Needs `runs.import` (role analyst). A call by cookie carries `X-Bartizan-CSRF`.
         */
        put: operations["mapTable"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One's own tokens.
         * @description For everyone who is signed in.
         */
        get: operations["tokens"];
        put?: never;
        /**
         * Makes a token. Its secret is shown this once.
         * @description For everyone who is signed in. A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revokes one of one's own tokens.
         * @description For everyone who is signed in. A call by cookie carries `X-Bartizan-CSRF`.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All accounts.
         * @description Needs `people.manage` (role admin).
         */
        get: operations["users"];
        put?: never;
        /**
         * Makes an account.
         * @description Needs `people.manage` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes an account with its sessions, tokens and views. What the person did stays in the log.
         * @description Needs `people.manage` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        delete: operations["removeUser"];
        options?: never;
        head?: never;
        /**
         * Changes an account; its sessions end.
         * @description Needs `people.manage` (role admin). A call by cookie carries `X-Bartizan-CSRF`.
         */
        patch: operations["changeUser"];
        trace?: never;
    };
    "/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One's own views.
         * @description For everyone who is signed in.
         */
        get: operations["views"];
        put?: never;
        /**
         * Saves a view.
         * @description For everyone who is signed in. A call by cookie carries `X-Bartizan-CSRF`.
         */
        post: operations["createView"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a view.
         * @description For everyone who is signed in. A call by cookie carries `X-Bartizan-CSRF`.
         */
        delete: operations["removeView"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What the graph says of an asset. */
        AssetAttack: {
            asset: components["schemas"]["GraphAsset"];
            by_entry: components["schemas"]["ByEntry"][];
            chance: components["schemas"]["Probability"];
            /** @description Assets that fall with it, the most likely first. */
            falls_with_it: components["schemas"]["GraphAsset"][];
            /** @description How many do. */
            falls_with_it_total: number;
            /**
             * Format: double
             * @description Expected loss if it has fallen.
             */
            loss: number;
            /** @description Whether there may be more ways than are listed. */
            more: boolean;
            /** @description Those of them that somebody valued, the greatest expected loss first, and how likely each falls once this has. */
            valued_with_it: components["schemas"]["JewelView"][];
            /** @description How many these are. */
            valued_with_it_total: number;
            ways: components["schemas"]["Way"][];
            /**
             * Format: double
             * @description What they are worth together.
             */
            worth_with_it: number;
        };
        /** @description What a person declares of an asset: what is left out stays; `null` or `unknown` takes a declaration back. */
        AssetChange: {
            criticality?: string | null;
            /** @description Classes of data; all of them. */
            data?: string[] | null;
            reach?: string | null;
        };
        /** @description An asset that is more or less likely to fall than it was. */
        AssetCompared: {
            asset: components["schemas"]["GraphAsset"];
            now: components["schemas"]["Probability"];
            then: components["schemas"]["Probability"];
            /**
             * Format: double
             * @description What the organisation would lose with it.
             */
            value: number;
        };
        /** @description What a source tells of an asset: its owner in an inventory, a setting in a directory. */
        AssetFact: {
            last_seen: components["schemas"]["Time"];
            name: string;
            source: string;
            value: string;
        };
        /** @description An asset as it is shown in a list. */
        AssetRow: {
            /** @description As it was declared of this asset. */
            criticality: string | null;
            /** @description As it was declared of this asset. */
            data: string[];
            /** @description Whether it is made up. */
            demo: boolean;
            first_seen: components["schemas"]["Time"];
            /** @description The classes of data in force: its own and those of its scopes. */
            holds: string[];
            /** Format: int64 */
            id: number;
            kind: string;
            last_seen: components["schemas"]["Time"];
            name: string;
            /** @description Names of the networks that it has private addresses in. */
            networks: string[];
            /**
             * Format: int64
             * @description Open exposures.
             */
            open: number;
            os: string | null;
            /** @description From where it can be reached. */
            reach: string;
            /** @description Who says so. */
            reach_source: string | null;
            /** @description Names of the scopes it is in. */
            scopes: string[];
            /**
             * Format: double
             * @description The highest score among them.
             */
            top_priority: number | null;
            /** @description The criticality in force: as declared, else the highest that one of its scopes says. */
            worth: string | null;
        };
        /** @description An asset in full. */
        AssetView: components["schemas"]["AssetRow"] & {
            components: components["schemas"]["Components"];
            events: components["schemas"]["EventView"][];
            exposures: components["schemas"]["ExposureRow"][];
            /** @description The last configuration that was collected: each group `{"known": ...}` or `{"unknown": "why"}`. */
            facts: Record<string, never> | null;
            identifiers: components["schemas"]["Identifier"][];
            merges: components["schemas"]["Merged"][];
            /** @description What people wrote about it, oldest first. */
            notes: components["schemas"]["Comment"][];
            relations: components["schemas"]["Relation"][];
            services: components["schemas"]["Service"][];
            /** @description What else sources tell of it, by name. */
            told: components["schemas"]["AssetFact"][];
        };
        /** @description Exposures given to a person. */
        Assignment: {
            at: components["schemas"]["Time"];
            by: string;
            /**
             * Format: int64
             * @description How many exposures.
             */
            count: number;
            /** Format: int64 */
            id: number;
            /** @description Who is to fix them; `null` for nobody, and where the account is gone. */
            owner: string | null;
            undone_at: components["schemas"]["Time"] | null;
        };
        /** @description Who is to fix `ids` or what `q` selects (one of the two). */
        AssignmentInput: {
            /** @description Exposures by id. */
            ids?: number[] | null;
            /** @description Name of an account that is not shut; `null` for nobody. */
            owner: string | null;
            /** @description Exposures by query; not empty. */
            q?: string | null;
        };
        /** @description What an assignment would change. */
        AssignmentPreview: {
            /** @description How many of them belong to whom now. */
            by_owner: {
                [key: string]: number;
            };
            /** @description How many exposures. */
            count: number;
            /** @description The first of them. */
            sample: components["schemas"]["ExposureRow"][];
            /**
             * Format: int64
             * @description How many of them belong to nobody now.
             */
            unowned: number;
        };
        /** @description What may fall, in short. */
        AttackSummary: {
            choke_points: components["schemas"]["ChokePointView"][];
            /** @description All open exposures. */
            exposures: number;
            footholds: number;
            jewels: components["schemas"]["JewelView"][];
            lacks: components["schemas"]["Lacking"][];
            /** @description Open exposures that lead an attacker nowhere, by what is known. */
            leading_nowhere: number;
            missing: components["schemas"]["Missing"][];
            /** @description Collections that say themselves that they left something out: ways along it are missing. */
            partial: components["schemas"]["PartialView"][];
            /**
             * Format: double
             * @description Expected loss over all valued assets in 30 days.
             */
            risk: number;
            steps: number;
        };
        /** @description The last attempt to fetch a feed. */
        Attempt: {
            done_at: components["schemas"]["Time"] | null;
            /** @description Why it failed; `null`: it went well. */
            error: string | null;
            tried_at: components["schemas"]["Time"];
        };
        /** @description What the events of a run tell of other things than exposures. */
        Beside: {
            /**
             * Format: int64
             * @description Assets of which it told something else than was known.
             */
            assets_changed: number;
            /**
             * Format: int64
             * @description Assets that nobody knew of before.
             */
            assets_found: number;
            /** @description Whether it told other facts than were known: of accounts, rights, networks. */
            facts_changed: boolean;
            /**
             * Format: int64
             * @description The last of them.
             */
            seq: number;
        };
        /** @description How likely an asset falls to one kind of attacker. */
        ByEntry: {
            chance: components["schemas"]["Probability"];
            entry: string;
        };
        /** @description A change and what it would do. */
        Change: {
            /** @description `reach:internal`, `kev_listed`, ... */
            change: string;
            /** Format: double */
            from: number;
            /** Format: double */
            to: number;
            words: string;
        };
        /** @description An asset that would be safer. */
        Changed: {
            after: components["schemas"]["Probability"];
            asset: components["schemas"]["GraphAsset"];
            before: components["schemas"]["Probability"];
        };
        /** @description A place that much of the expected loss passes through. */
        ChokePointView: {
            /** @description Whether there is no way around it. */
            necessary: boolean;
            place: components["schemas"]["Place"];
            /**
             * Format: double
             * @description The share of the expected loss.
             */
            share: number;
        };
        /**
         * @description What went wrong, for programs. Closed: a new code is a new version of the API.
         * @enum {string}
         */
        Code: "bad_request" | "bad_query" | "unauthenticated" | "forbidden" | "csrf" | "not_found" | "conflict" | "too_large" | "rate_limited" | "unavailable" | "internal";
        /** @description A remark of a person: a comment on an exposure, a note on an asset. */
        Comment: {
            at: components["schemas"]["Time"];
            by: string;
            /** Format: int64 */
            id: number;
            text: string;
        };
        /** @description What is otherwise than on a past day. */
        CompareView: {
            /** @description Valued assets whose chance to fall is another, the greatest change of expected loss first. */
            assets: components["schemas"]["AssetCompared"][];
            /** @description How many there are. */
            assets_total: number;
            /** @description The moment that now is compared with. */
            at: components["schemas"]["Time"];
            /** @description Best ways of then that are none now. */
            gone: components["schemas"]["WayCompared"][];
            /** @description Best ways of now that were none then. */
            new: components["schemas"]["WayCompared"][];
            /**
             * Format: double
             * @description The same, now.
             */
            risk_now: number;
            /**
             * Format: double
             * @description Expected loss over all valued assets in 30 days, then.
             */
            risk_then: number;
            /** @description What is not known of then, in words. */
            unknown: string[];
        };
        /** @description A piece of software. */
        Component: {
            /** @description Where on the asset it is named, in words: the file, and of an image the layer that brought it. */
            locations: string[];
            name: string;
            purl: string;
            source: string;
            version: string;
        };
        /** @description The software on an asset. */
        Components: {
            /** @description The first of them by name. */
            items: components["schemas"]["Component"][];
            /**
             * Format: int64
             * @description How many there are.
             */
            total: number;
        };
        /** @description What was looked at on one asset. */
        CoverageRow: {
            asset: string;
            /** @description In words. */
            checks: string;
            /** @description In words. */
            loci: string;
        };
        /** @description What to sever, or to fix. */
        CutInput: {
            /** @description The assets that nobody should come to control; the most valuable ones where none is named. */
            assets?: number[];
        };
        /** @description The cheapest fixes that sever every way. */
        CutView: {
            /** Format: int64 */
            cost: number;
            fixes: components["schemas"]["FixView"][];
            /**
             * Format: int64
             * @description Nothing that severs as much costs less than this; equal to the cost where it is proven to be the cheapest.
             */
            lower_bound: number;
            /** Format: double */
            risk_after: number;
            /** Format: double */
            risk_before: number;
            /** @description What no known fix severs. */
            unseverable: components["schemas"]["Place"][];
        };
        /** @description A CVSS vector. */
        Cvss: {
            /** Format: double */
            score: number | null;
            vector: string;
            version: string | null;
        };
        /** @description What a class of weaknesses is called. */
        CweName: {
            name: string;
            /** Format: int32 */
            number: number;
        };
        /** @description A judgement. */
        Decision: {
            at: components["schemas"]["Time"];
            /** @description A person, or `vex:` and the author of the document. */
            by: string;
            /**
             * Format: int64
             * @description On how many exposures.
             */
            count: number;
            /** @description The VEX document that it follows from. */
            document: string | null;
            /** Format: int64 */
            id: number;
            lapsed_at: components["schemas"]["Time"] | null;
            reason: string;
            revoked_at: components["schemas"]["Time"] | null;
            until: components["schemas"]["Time"] | null;
            /** @description `accepted`, `false-positive` or `not-affected`. */
            verdict: string;
        };
        /** @description A judgement to take, on `ids` or on what `q` selects (one of the two). */
        DecisionInput: {
            /** @description Exposures by id. */
            ids?: number[] | null;
            /** @description Exposures by query; not empty. */
            q?: string | null;
            /** @description Why, 1 to 2,000 characters. */
            reason: string;
            until?: components["schemas"]["Time"] | null;
            verdict: components["schemas"]["VerdictWord"];
        };
        /** @description What a decision would be about. */
        DecisionPreview: {
            /** @description How many of them have which status now. */
            by_status: {
                [key: string]: number;
            };
            /** @description How many exposures. */
            count: number;
            /** @description The first of them. */
            sample: components["schemas"]["ExposureRow"][];
        };
        /** @description A decision that was taken. */
        DecisionTaken: {
            /** @description On how many exposures. */
            count: number;
            decision: components["schemas"]["Decision"];
        };
        /** @description What a run did to some exposures. */
        Did: {
            /** @description The first of them, the most urgent first. */
            exposures: components["schemas"]["ExposureRow"][];
            /**
             * Format: int64
             * @description How many, also of those that are gone or part of another one by now.
             */
            total: number;
            /** @description `opened`, `reopened`, `fixed` or `updated`. */
            verb: string;
        };
        /** @description What to change of an entry; what is left out stays. */
        EntryInput: {
            chance?: components["schemas"]["ProbabilityInput"] | null;
            on?: boolean | null;
        };
        /** @description An entry of attackers. */
        EntryView: {
            /** @description How likely somebody tries this way. */
            chance: components["schemas"]["Probability"];
            /** @description `internet`, `phished-user`, `supplier`, `insider` or `stolen-device`. */
            entry: string;
            /** @description What the house estimates, and goes back to. */
            estimate: components["schemas"]["Probability"];
            /** @description Whether it is considered. */
            on: boolean;
            /** @description Why the house estimates so. */
            reason: string;
            set_at: components["schemas"]["Time"] | null;
            /** @description Who set it; nobody where it is an estimate of the house. */
            set_by: string | null;
            /** @description In words. */
            title: string;
            /** @description Where the number comes from, in words. */
            why: string;
        };
        /** @description An EPSS value and the day it was of. */
        EpssDay: {
            day: components["schemas"]["Time"];
            /** Format: double */
            score: number;
        };
        /** @description The body of every answer that is no success. */
        ErrorBody: {
            /** @description What went wrong. */
            error: components["schemas"]["ErrorDetail"];
        };
        /** @description What went wrong. */
        ErrorDetail: {
            /** @description For programs. */
            code: components["schemas"]["Code"];
            /** @description What to do about it. */
            hint?: string | null;
            /** @description For people. */
            message: string;
            /** @description Stands in the server's log beside what else is known. */
            request_id: string;
            /** @description The bytes of the query that are wrong: from, to. */
            span?: number[] | null;
        };
        /** @description A page of the log. */
        EventList: {
            items: components["schemas"]["EventView"][];
            next: string | null;
            /**
             * Format: int64
             * @description How many there are in all; `null` where `kind` was given, since nobody counts.
             */
            total: number | null;
        };
        /** @description One line of the log. */
        EventView: {
            actor: string;
            /** Format: int64 */
            asset: number | null;
            at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description How many things it stands for.
             */
            count: number;
            /** Format: int64 */
            exposure: number | null;
            /** @description `noun.verb`: `exposure.opened`. */
            kind: string;
            /** Format: int64 */
            run: number | null;
            /** Format: int64 */
            seq: number;
            text: string;
        };
        /** @description Why the status is what it is. */
        Evidence: {
            at: components["schemas"]["Time"];
            kind: string;
            /** Format: int64 */
            run: number | null;
            text: string;
        };
        /** @description Why the priority is what it is. */
        Explanation: {
            band: string;
            counterfactual: components["schemas"]["Change"] | null;
            factors: components["schemas"]["Factor"][];
            /** Format: double */
            high: number;
            /** Format: double */
            low: number;
            /** @description More in plain words. */
            notes: string[];
            /** Format: double */
            priority: number;
            ssvc: string;
            /** @description What nobody has told or measured: words of `unknown:` in the query language. */
            unknown: string[];
        };
        /** @description One exposure. Its fields are those of the row, but for `weakness`, `asset` and `sightings`, which are told in full. */
        Exposure: {
            asset: components["schemas"]["AssetRow"];
            /** Format: int64 */
            asset_id: number;
            assignments: components["schemas"]["Assignment"][];
            band: string;
            comments: components["schemas"]["Comment"][];
            decisions: components["schemas"]["Decision"][];
            demo: boolean;
            /** Format: double */
            epss: number | null;
            evidence: components["schemas"]["Evidence"][];
            explanation: components["schemas"]["Explanation"] | null;
            first_seen: components["schemas"]["Time"];
            fix: components["schemas"]["Fix"] | null;
            /** Format: int64 */
            id: number;
            kev: boolean | null;
            last_seen: components["schemas"]["Time"];
            locus: string;
            opened: components["schemas"]["Time"];
            owner: string | null;
            /** Format: double */
            priority: number;
            /** Format: double */
            priority_high: number;
            /** Format: double */
            priority_low: number;
            reach: string;
            severity: string;
            sightings: components["schemas"]["Sighting"][];
            sources: string[];
            ssvc: string;
            status: string;
            title: string;
            weakness: components["schemas"]["Weakness"];
        };
        /** @description How an attacker uses an exposure. */
        ExposureAttack: {
            /** @description Which of the way's steps uses it. */
            uses: number | null;
            way: components["schemas"]["Way"] | null;
        };
        /** @description An exposure as it is shown in a list. */
        ExposureRow: {
            /** @description The asset's name. */
            asset: string;
            /** Format: int64 */
            asset_id: number;
            /** @description `low`, `watch`, `plan` or `act-now`. */
            band: string;
            /** @description Whether it is made up. */
            demo: boolean;
            /**
             * Format: double
             * @description Probability of exploitation within 30 days; `null` where nobody says.
             */
            epss: number | null;
            /** @description By the dates of the reports. */
            first_seen: components["schemas"]["Time"];
            /** Format: int64 */
            id: number;
            /** @description Listed as exploited; `null` where the list was never loaded. */
            kev: boolean | null;
            last_seen: components["schemas"]["Time"];
            /** @description Where on the asset; empty for the whole. */
            locus: string;
            /** @description When Bartizan was first told of it, by its own clock. */
            opened: components["schemas"]["Time"];
            /** @description Who is to fix it. */
            owner: string | null;
            /**
             * Format: double
             * @description 0 to 100.
             */
            priority: number;
            /**
             * Format: double
             * @description The priority is at most this.
             */
            priority_high: number;
            /**
             * Format: double
             * @description The priority is at least this.
             */
            priority_low: number;
            reach: string;
            /** @description The highest severity that a source reports. */
            severity: string;
            /**
             * Format: int32
             * @description Places where a source sees it now.
             */
            sightings: number;
            /** @description The tools that see it. */
            sources: string[];
            /** @description `track`, `track*`, `attend` or `act`. */
            ssvc: string;
            status: string;
            title: string;
            /** @description The weakness' key: `CVE-2021-44228`. */
            weakness: string;
        };
        /** @description The values of one field and how often each is there. */
        Facet: {
            /** @description The field of the query language. */
            field: string;
            /** @description For people. */
            label: string;
            values: components["schemas"]["FacetValue"][];
        };
        /** @description Counts beside a list. */
        FacetList: {
            facets: components["schemas"]["Facet"][];
        };
        /** @description One value. */
        FacetValue: {
            /** Format: int64 */
            count: number;
            /** @description For people. */
            label: string;
            /** @description As the query language writes it. */
            value: string;
        };
        /** @description One factor of the risk. */
        Factor: {
            as_of: components["schemas"]["Time"] | null;
            /** Format: double */
            high: number;
            /** Format: double */
            low: number;
            name: string;
            source: string;
            /** Format: double */
            value: number;
            words: string;
        };
        /** @description A fact that a step rests on. */
        FactView: {
            /**
             * Format: int64
             * @description The exposure that it is.
             */
            exposure: number | null;
            /** @description The exposures that report it. */
            reports: components["schemas"]["ReportView"][];
            told: components["schemas"]["Told"] | null;
            /** @description In words. */
            what: string;
        };
        /** @description A feed. */
        Feed: {
            /** @description One line: what it tells. */
            about: string;
            /** @description Where its files are published. */
            addresses: string[];
            as_of: components["schemas"]["Time"] | null;
            /** @description Whether it was read to its proper end without problems. */
            complete: boolean;
            loaded_at: components["schemas"]["Time"] | null;
            name: string;
            /** @description What was wrong with it. */
            problems: string[];
            /**
             * Format: int64
             * @description Records held; 0 where it was never loaded.
             */
            records: number;
            /** @description Whether priorities or matches rest on it; the others are looked things up in. */
            scored: boolean;
            /** @description Whether it is missing, or older than answers should rest on. */
            stale: boolean;
            sync: components["schemas"]["Attempt"] | null;
            title: string;
        };
        /** @description All feeds. */
        FeedList: {
            /** @description Whether they can be fetched from here (`POST /feeds/sync`). */
            can_sync: boolean;
            feeds: components["schemas"]["Feed"][];
        };
        /** @description What to do. */
        Fix: {
            /** @description For a shell, one each. */
            commands: string[];
            text: string;
        };
        /** @description One action that removes several exposures. */
        FixGroup: {
            /** Format: int64 */
            assets: number;
            /** Format: int64 */
            exposures: number;
            key: string;
            /** @description The exposures that it removes. */
            query: string;
            /**
             * Format: double
             * @description Share of all expected loss that it removes.
             */
            risk_share: number | null;
            title: string;
        };
        /** @description Something to do that removes steps. */
        FixView: {
            /** Format: int32 */
            cost: number;
            /** @description `remedy`, `revoke`, `rotate` or `segment`. */
            kind: string;
            /** @description Its name: the same as long as the facts are. */
            title: string;
        };
        /** @description Something that could not be looked at. */
        GapRow: {
            what: string;
            why: string;
        };
        /** @description An asset in the graph. */
        GraphAsset: {
            /** Format: int64 */
            id: number;
            kind: string;
            name: string;
        };
        /** @description What lies on some way from an entry to what somebody valued. */
        GraphView: {
            links: components["schemas"]["LinkView"][];
            /** @description Links that were too many. */
            links_left_out: number;
            spots: components["schemas"]["SpotView"][];
            /** @description Spots that were too many: less is lost by way of them. */
            spots_left_out: number;
            /** @description The ATT&CK techniques of all steps between these spots and within them. */
            techniques: components["schemas"]["TechniqueCount"][];
        };
        /** @description An identifier with its interval of validity. */
        Identifier: {
            first_seen: components["schemas"]["Time"];
            kind: string;
            last_seen: components["schemas"]["Time"];
            /** @description The network that a private address is told to be in; it stands in the value too (`10.0.0.5%branch-berlin`). */
            network: string | null;
            source: string;
            /** @description Whether it names one asset for its whole life. */
            strong: boolean;
            valid_to: components["schemas"]["Time"] | null;
            value: string;
        };
        /** @description Imports that began. */
        ImportStarted: {
            /** @description The run of each report, in their order. */
            files: components["schemas"]["StartedFile"][];
            /**
             * Format: int64
             * @description The first of the runs. Watch it at `/runs/{run}` and in the event stream.
             */
            run: number;
        };
        /** @description An asset that somebody valued, and how likely it falls. */
        JewelView: {
            asset: components["schemas"]["GraphAsset"];
            /** @description Whether nobody said so: it holds everything in it, and counts as critical. */
            assumed: boolean;
            /** @description How likely somebody comes to control it. */
            chance: components["schemas"]["Probability"];
            /**
             * Format: double
             * @description What the organisation would lose with it.
             */
            value: number;
        };
        /** @description Something without which no way can be found. */
        Lacking: {
            /** @description What is missing, and what adds it on the command line. */
            help: string;
            /** @description `assets`, `crown-jewels`, `entries`, or `first-step:` and an entry. */
            what: string;
        };
        /** @description All steps from one spot to another. */
        LinkView: {
            /** @description Whether the best way to some spot passes here. */
            best: boolean;
            /**
             * Format: float
             * @description The probability of the likeliest.
             */
            chance: number;
            /**
             * Format: int32
             * @description The place among the spots.
             */
            from: number;
            /**
             * Format: double
             * @description The share of the expected loss whose best way passes here.
             */
            share: number;
            /**
             * Format: int32
             * @description How many steps there are.
             */
            steps: number;
            /**
             * Format: int32
             * @description The place among the spots.
             */
            to: number;
        };
        /** @description One page of a list. */
        List_AssetRow: {
            /** @description This page. */
            items: {
                /** @description As it was declared of this asset. */
                criticality: string | null;
                /** @description As it was declared of this asset. */
                data: string[];
                /** @description Whether it is made up. */
                demo: boolean;
                first_seen: components["schemas"]["Time"];
                /** @description The classes of data in force: its own and those of its scopes. */
                holds: string[];
                /** Format: int64 */
                id: number;
                kind: string;
                last_seen: components["schemas"]["Time"];
                name: string;
                /** @description Names of the networks that it has private addresses in. */
                networks: string[];
                /**
                 * Format: int64
                 * @description Open exposures.
                 */
                open: number;
                os: string | null;
                /** @description From where it can be reached. */
                reach: string;
                /** @description Who says so. */
                reach_source: string | null;
                /** @description Names of the scopes it is in. */
                scopes: string[];
                /**
                 * Format: double
                 * @description The highest score among them.
                 */
                top_priority: number | null;
                /** @description The criticality in force: as declared, else the highest that one of its scopes says. */
                worth: string | null;
            }[];
            /** @description Hand it over as `after` for the next page; `null` on the last. */
            next: string | null;
            /**
             * Format: int64
             * @description How many there are in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        List_ExposureRow: {
            /** @description This page. */
            items: {
                /** @description The asset's name. */
                asset: string;
                /** Format: int64 */
                asset_id: number;
                /** @description `low`, `watch`, `plan` or `act-now`. */
                band: string;
                /** @description Whether it is made up. */
                demo: boolean;
                /**
                 * Format: double
                 * @description Probability of exploitation within 30 days; `null` where nobody says.
                 */
                epss: number | null;
                /** @description By the dates of the reports. */
                first_seen: components["schemas"]["Time"];
                /** Format: int64 */
                id: number;
                /** @description Listed as exploited; `null` where the list was never loaded. */
                kev: boolean | null;
                last_seen: components["schemas"]["Time"];
                /** @description Where on the asset; empty for the whole. */
                locus: string;
                /** @description When Bartizan was first told of it, by its own clock. */
                opened: components["schemas"]["Time"];
                /** @description Who is to fix it. */
                owner: string | null;
                /**
                 * Format: double
                 * @description 0 to 100.
                 */
                priority: number;
                /**
                 * Format: double
                 * @description The priority is at most this.
                 */
                priority_high: number;
                /**
                 * Format: double
                 * @description The priority is at least this.
                 */
                priority_low: number;
                reach: string;
                /** @description The highest severity that a source reports. */
                severity: string;
                /**
                 * Format: int32
                 * @description Places where a source sees it now.
                 */
                sightings: number;
                /** @description The tools that see it. */
                sources: string[];
                /** @description `track`, `track*`, `attend` or `act`. */
                ssvc: string;
                status: string;
                title: string;
                /** @description The weakness' key: `CVE-2021-44228`. */
                weakness: string;
            }[];
            /** @description Hand it over as `after` for the next page; `null` on the last. */
            next: string | null;
            /**
             * Format: int64
             * @description How many there are in all.
             */
            total: number;
        };
        /** @description One page of a list. */
        List_Run: {
            /** @description This page. */
            items: {
                /** Format: int64 */
                assets: number;
                /** @description Who started it. */
                by: string;
                /** Format: int64 */
                bytes: number | null;
                /** Format: int64 */
                closed: number;
                /** Format: int64 */
                created: number;
                /** @description Why it failed. */
                error: string | null;
                /** Format: int64 */
                findings: number;
                finished_at: components["schemas"]["Time"] | null;
                /** Format: int64 */
                gaps: number;
                /** Format: int64 */
                id: number;
                /** @description `import`, `discover` or `demo`. */
                kind: string;
                /** @description File name or target. */
                label: string;
                /**
                 * Format: double
                 * @description 0 to 1 while it runs; `null` where it is not known.
                 */
                progress: number | null;
                /**
                 * Format: int64
                 * @description Records taken in while it runs; `null` before the first and after the last.
                 */
                records: number | null;
                /** Format: int64 */
                rejected: number;
                /** Format: int64 */
                reopened: number;
                /**
                 * Format: double
                 * @description How long it took, or takes so far.
                 */
                seconds: number | null;
                /** @description The tool, once it is known. */
                source: string | null;
                started_at: components["schemas"]["Time"];
                /** @description `running`, `finished`, `failed`, `cancelled` or `interrupted`. */
                state: string;
                /**
                 * Format: int64
                 * @description Findings that the tool itself set aside.
                 */
                suppressed: number;
                /** Format: int64 */
                unchanged: number;
                /** Format: int64 */
                updated: number;
            }[];
            /** @description Hand it over as `after` for the next page; `null` on the last. */
            next: string | null;
            /**
             * Format: int64
             * @description How many there are in all.
             */
            total: number;
        };
        /** @description A token that was just made, with its secret: the only time that it is shown. */
        MadeToken: components["schemas"]["Token"] & {
            /** @description The secret, for `Authorization: Bearer`. */
            token: string;
        };
        /** @description Which other asset is the same thing. */
        Merge: {
            /**
             * Format: int64
             * @description The asset that goes into this one.
             */
            other: number;
            /** @description How you know, 1 to 1,000 characters. */
            reason: string;
        };
        /** @description A merge that this asset was part of. */
        Merged: {
            at: components["schemas"]["Time"];
            by: string;
            /**
             * Format: int64
             * @description The asset that went into it.
             */
            from: number;
            from_name: string;
            /** Format: int64 */
            id: number;
            /**
             * Format: int64
             * @description The asset that remained.
             */
            into: number;
            into_name: string;
            /** @description Why. */
            reasons: string[];
            split_at: components["schemas"]["Time"] | null;
        };
        /** @description What nobody collected, so that some rules could not look. */
        Missing: {
            /** @description The rules that read it. */
            rules: string[];
            /** @description The relation or attribute. */
            what: string;
        };
        /** @description An exposure in short. */
        Named: {
            /** @description The asset's name. */
            asset: string;
            /** Format: int64 */
            asset_id: number;
            first_seen: components["schemas"]["Time"];
            /** Format: int64 */
            id: number;
            last_seen: components["schemas"]["Time"];
            /** @description Where on the asset; empty for the whole. */
            locus: string;
            severity: string;
            /** @description The tools that see it. */
            sources: string[];
            status: string;
            title: string;
            /** @description The weakness' key: `bandit:B608`. */
            weakness: string;
        };
        /** @description A remark to record. */
        NewComment: {
            /** @description 1 to 10,000 characters. */
            text: string;
        };
        /** @description A new password for oneself. */
        NewPassword: {
            /** @description The password so far. */
            current: string;
            /** @description The new one, at least 12 characters. */
            new: string;
        };
        /** @description A new token. */
        NewToken: {
            expires?: components["schemas"]["Time"] | null;
            /** @description What you call it, 1 to 100 characters. */
            name: string;
            role?: components["schemas"]["RoleWord"] | null;
        };
        /** @description A new account. */
        NewUser: {
            /** @description Login name: letters, digits and `. _ - @`, at most 64. */
            name: string;
            /** @description At least 12 characters. */
            password: string;
            role: components["schemas"]["RoleWord"];
        };
        /** @description A new view. */
        NewView: {
            /** @description 1 to 100 characters. */
            name: string;
            /** @description A query that parses. */
            query?: string;
            /** @description As `sort` of the list; empty for its default. */
            sort?: string;
        };
        /** @description One of the most urgent exposures. */
        NextStep: {
            /** @description What to do, in a line; `null`: no source says it in words. */
            action: string | null;
            exposure: components["schemas"]["ExposureRow"];
            /** @description Why it is urgent. */
            why: string;
        };
        /** @description Open exposures by SSVC decision. */
        OpenCounts: {
            /** Format: int64 */
            act: number;
            /** Format: int64 */
            attend: number;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            track: number;
            /** Format: int64 */
            track_star: number;
        };
        /** @description The other end of a relation. */
        OtherAsset: {
            /** Format: int64 */
            id: number;
            kind: string;
            name: string;
        };
        /** @description The overview. */
        Overview: {
            by_band: {
                [key: string]: number;
            };
            by_severity: {
                [key: string]: number;
            };
            /** @description Whether there is demonstration data. */
            demo: boolean;
            feeds: components["schemas"]["Feed"][];
            fixes: components["schemas"]["FixGroup"][];
            generated_at: components["schemas"]["Time"];
            /** @description Hosts whose configuration was collected. */
            hosts: number;
            next: components["schemas"]["NextStep"][];
            open: components["schemas"]["OpenCounts"];
            runs: components["schemas"]["Run"][];
            since: components["schemas"]["Since"];
            trend: components["schemas"]["TrendDay"][];
            unknown: components["schemas"]["UnknownShare"][];
        };
        /** @description One of the exposures that are one. */
        Part: {
            /** @description Why it is one with others of them, newest first. */
            because: components["schemas"]["Said"][];
            exposure: components["schemas"]["Named"];
        };
        /** @description A collection of which a part is missing. */
        PartialView: {
            /** @description What it left out; the first ones. */
            left_out: string[];
            /** @description The file or target that it read. */
            name: string;
            /** Format: int64 */
            run: number;
            source: string;
            /**
             * Format: int64
             * @description How much there is of it.
             */
            total: number;
        };
        /** @description Somebody who can be given work. */
        Person: {
            /** Format: int64 */
            id: number;
            name: string;
        };
        /** @description A place an attacker can stand. */
        Place: {
            asset: components["schemas"]["GraphAsset"] | null;
            /** @description The same place has the same key in all answers of one state of the graph. */
            key: string;
            /** @description The key of the spot of `/attack/graph` that it is at. */
            spot: string;
            /** @description In words. */
            words: string;
        };
        /** @description The few fixes that take away the most. */
        PlanView: {
            /** Format: double */
            risk_before: number;
            stages: components["schemas"]["StageView"][];
        };
        /** @description A probability within 30 days. */
        Probability: {
            /**
             * Format: float
             * @description At most.
             */
            high: number;
            /**
             * Format: float
             * @description At least.
             */
            low: number;
            /**
             * Format: float
             * @description The best guess.
             */
            value: number;
        };
        /** @description A probability within 30 days: 0 <= low <= value <= high <= 1. */
        ProbabilityInput: {
            /**
             * Format: float
             * @description `value` where left out.
             */
            high?: number | null;
            /**
             * Format: float
             * @description `value` where left out.
             */
            low?: number | null;
            /** Format: float */
            value: number;
        };
        /** @description Two exposures that are perhaps one. */
        Proposal: {
            /** @description The name of the asset of the first. */
            asset: string;
            one: components["schemas"]["Named"];
            other: components["schemas"]["Named"];
            /** @description Why, in words. */
            reason: string;
            /**
             * Format: double
             * @description From 0 to 1; only to order by.
             */
            score: number;
        };
        /** @description A page of pairs. */
        Proposals: {
            items: components["schemas"]["Proposal"][];
            /**
             * Format: int64
             * @description Hand it over as `after` for the next page; `null` on the last.
             */
            next: number | null;
        };
        /** @description One field. */
        QueryField: {
            doc: string;
            /** @description A query that uses it. */
            example: string;
            name: string;
            /** @description `choice`, `text`, `number`, `flag`, `duration` or `time`. */
            type: string;
            /** @description The words of a choice, lowest first. */
            values?: string[] | null;
        };
        /** @description A record that could not be used. */
        RejectedRow: {
            at: string;
            reason: string;
        };
        /** @description A fact that ties two assets. */
        Relation: {
            asset: components["schemas"]["OtherAsset"];
            /** @description `out`: this asset is the subject; `in`: the object. */
            direction: string;
            relation: string;
        };
        /** @description A report format. */
        ReportFormat: {
            /** @description Usual file extensions. */
            extensions: string[];
            id: string;
            /** @description The tool's or standard's own name. */
            name: string;
            /** @description What is taken from it. */
            summary: string;
        };
        /** @description An exposure that reports a fact. */
        ReportView: {
            /** Format: int64 */
            exposure: number;
            title: string;
        };
        /**
         * @description What somebody may do.
         * @enum {string}
         */
        RoleWord: "viewer" | "analyst" | "admin";
        /** @description A run. */
        Run: {
            /** Format: int64 */
            assets: number;
            /** @description Who started it. */
            by: string;
            /** Format: int64 */
            bytes: number | null;
            /** Format: int64 */
            closed: number;
            /** Format: int64 */
            created: number;
            /** @description Why it failed. */
            error: string | null;
            /** Format: int64 */
            findings: number;
            finished_at: components["schemas"]["Time"] | null;
            /** Format: int64 */
            gaps: number;
            /** Format: int64 */
            id: number;
            /** @description `import`, `discover` or `demo`. */
            kind: string;
            /** @description File name or target. */
            label: string;
            /**
             * Format: double
             * @description 0 to 1 while it runs; `null` where it is not known.
             */
            progress: number | null;
            /**
             * Format: int64
             * @description Records taken in while it runs; `null` before the first and after the last.
             */
            records: number | null;
            /** Format: int64 */
            rejected: number;
            /** Format: int64 */
            reopened: number;
            /**
             * Format: double
             * @description How long it took, or takes so far.
             */
            seconds: number | null;
            /** @description The tool, once it is known. */
            source: string | null;
            started_at: components["schemas"]["Time"];
            /** @description `running`, `finished`, `failed`, `cancelled` or `interrupted`. */
            state: string;
            /**
             * Format: int64
             * @description Findings that the tool itself set aside.
             */
            suppressed: number;
            /** Format: int64 */
            unchanged: number;
            /** Format: int64 */
            updated: number;
        };
        /** @description What a run did. */
        RunChange: components["schemas"]["Beside"] & {
            run: components["schemas"]["Run"];
        };
        /** @description A run in full. */
        RunView: components["schemas"]["Run"] & {
            /** @description What it provably looked at; the first 1,000. */
            coverage: components["schemas"]["CoverageRow"][];
            /** @description What it did to exposures, the most telling first. */
            did: components["schemas"]["Did"][];
            gap_list: components["schemas"]["GapRow"][];
            rejected_list: components["schemas"]["RejectedRow"][];
        };
        /** @description What says that two exposures are one, or are not. */
        Said: {
            at: components["schemas"]["Time"];
            /** @description Who: where a rule says it, whoever imported what it found. */
            by: string;
            /** Format: int64 */
            one: number;
            /** Format: int64 */
            other: number;
            /** @description In words. */
            reason: string;
            /** @description `equivalence:GROUP`, `cwe:NUMBER`, `alias:ID`, `runs-on`, `same-address`, or `person`. */
            rule: string;
        };
        /** @description A scope. */
        Scope: {
            /**
             * Format: int64
             * @description How many assets are in it.
             */
            assets: number;
            criticality: string | null;
            /** @description Whether its assets are what an attacker is after. */
            crown_jewel: boolean;
            data: string[];
            description: string;
            /** Format: int64 */
            id: number;
            name: string;
            /** @description Which assets are in it, in the query language's fields of assets. */
            query: string;
        };
        /** @description A scope to make, or what to change of one: what is left out stays. */
        ScopeInput: {
            criticality?: string | null;
            crown_jewel?: boolean | null;
            data?: string[] | null;
            description?: string | null;
            /** @description Unique, 1 to 100 characters. */
            name?: string | null;
            /** @description Not empty. */
            query?: string | null;
        };
        /** @description A network service. */
        Service: {
            addresses: string[];
            last_seen: components["schemas"]["Time"];
            name: string;
            /** Format: int64 */
            port: number;
            product: string;
            protocol: string;
            source: string;
            version: string;
        };
        /** @description An account as its owner sees it. */
        SessionUser: {
            /** Format: int64 */
            id: number;
            name: string;
            role: components["schemas"]["RoleWord"];
        };
        /** @description Who is signed in. */
        SessionView: {
            /** @description Calls by cookie that change anything carry this as `X-Bartizan-CSRF`; empty for a token. */
            csrf: string;
            /** @description The account. */
            user: components["schemas"]["SessionUser"];
        };
        /** @description The first account. */
        SetupBody: {
            /** @description Login name. */
            name: string;
            /** @description Password, at least 12 characters. */
            password: string;
            /** @description The token from the link that the server printed when it started. */
            token: string;
        };
        /** @description Whether the first account is still to be made. */
        SetupState: {
            /** @description Whether it is. */
            needed: boolean;
        };
        /** @description What one source sees at one place. */
        Sighting: {
            component: string | null;
            /** @description How sure the source is, in its own word: `low` where only a CPE ties software to an advisory. */
            confidence: string | null;
            evidence: string | null;
            first_seen: components["schemas"]["Time"];
            fixed_version: string | null;
            last_seen: components["schemas"]["Time"];
            /** Format: int64 */
            line: number | null;
            locus: string;
            /** @description Whether the source still sees it. */
            present: boolean;
            /** @description The source's own id for it. */
            raw_id: string | null;
            /** Format: int64 */
            run: number;
            /** @description What the tool said, word for word; `null` where that was not kept, or no more. */
            said: string | null;
            severity: string;
            source: string;
            /** @description Why the tool itself sets it aside, in its own word: that closes nothing. */
            suppressed: string | null;
            title: string;
            /** @description From where the source saw it (a folder, a profile, an address), where it has several vantages. */
            vantage: string | null;
        };
        /** @description Name and password. */
        SignIn: {
            name: string;
            password: string;
        };
        /** @description What changed within the last day. */
        Since: {
            at: components["schemas"]["Time"];
            /** @description What else happened, newest first. */
            changes: components["schemas"]["EventView"][];
            /** Format: int64 */
            fixed: number;
            /** @description Whether more happened than was looked at: then runs are missing, and the numbers are lower bounds. */
            more: boolean;
            /** Format: int64 */
            opened: number;
            /** Format: int64 */
            reopened: number;
            /** @description The runs that ended, newest first. */
            runs: components["schemas"]["RunChange"][];
        };
        /** @description Where an attacker can stand: an entry, somewhere inside, or an asset with all that can be gained on it. */
        SpotView: {
            /** Format: int64 */
            asset: number | null;
            /** @description How likely somebody does. */
            chance: components["schemas"]["Probability"];
            /**
             * Format: int32
             * @description How many spots the best way there passes before it; an entry has 0.
             */
            depth: number;
            /** @description What an attacker gains there, in words. */
            gains: string;
            /** @description `asset:42`, `inside`, or the word of an entry: the same as long as the asset is. */
            key: string;
            /** @description The kind of asset, `inside` or `entry`. */
            kind: string;
            name: string;
            /**
             * Format: double
             * @description The share of the expected loss whose best way passes here.
             */
            share: number;
            /**
             * Format: double
             * @description What the organisation would lose with it; 0 where nobody valued it.
             */
            value: number;
            /** @description The network zone of the asset, where somebody told it. */
            zone: string | null;
        };
        /** @description One fix of a plan. */
        StageView: {
            fix: components["schemas"]["FixView"];
            /**
             * Format: double
             * @description Expected loss once this and all before it are done.
             */
            risk_after: number;
            /**
             * Format: double
             * @description The share of all ways left before it that it closes, by the loss they bring.
             */
            share: number;
        };
        /** @description A run that began. */
        Started: {
            /**
             * Format: int64
             * @description Watch it at `/runs/{run}` and in the event stream.
             */
            run: number;
        };
        /** @description A report and its run. */
        StartedFile: {
            /** @description The file's name; of a report in an archive, behind the archive's and a `!`. */
            name: string;
            /** Format: int64 */
            run: number;
        };
        /** @description Steps between two spots. */
        StepsView: {
            /** @description The likeliest to be taken first. */
            steps: components["schemas"]["StepView"][];
            /** @description How many there are. */
            total: number;
        };
        /** @description One step of a way. */
        StepView: {
            chance: components["schemas"]["Probability"];
            /** @description The exposures it rests on, and those that report the facts it rests on. */
            exposures: number[];
            /** @description The facts it rests on. */
            facts: components["schemas"]["FactView"][];
            /** @description What would remove it. */
            fixes: components["schemas"]["FixView"][];
            gains: components["schemas"]["Place"];
            /** @description All of these are needed. */
            needs: components["schemas"]["Place"][];
            /** @description The rule that derived it. */
            rule: string;
            /** @description The ATT&CK technique. */
            technique: string;
            /** @description What the attacker does. */
            title: string;
            /** @description Who told the facts, and when last. */
            told: components["schemas"]["Told"][];
            /** @description Why it works. */
            why: string;
        };
        /** @description The beginning of a table. */
        Table: {
            columns: components["schemas"]["TableColumn"][];
            /** @description What a column can be. */
            fields: components["schemas"]["TableField"][];
            /** @description What it is known by again: `PUT /tables/{header}` says what its columns mean. */
            header: string;
            /** @description Its first rows. */
            rows: string[][];
            /** @description Who is named as the source, where somebody said so before. */
            source: string | null;
        };
        /** @description A column of a table. */
        TableColumn: {
            /** @description The field that it is, as was said before, else probably by its name. */
            field: string | null;
            name: string;
        };
        /** @description What a column can be. */
        TableField: {
            about: string;
            name: string;
        };
        /** @description What the columns of a table mean. */
        TableMap: {
            /** @description The field of each column by the column's name; others are left out. */
            columns: {
                [key: string]: string;
            };
            /** @description Who is named as the source of what it tells: `cmdb`. */
            source?: string;
        };
        /** @description A technique of MITRE ATT&CK. */
        Technique: {
            /** @description `T1078.003`. */
            id: string;
            /** @description Its name; `null`: the catalogue is not loaded or does not know it. */
            name: string | null;
        };
        /** @description How many steps use a technique. */
        TechniqueCount: {
            /** Format: int32 */
            steps: number;
            /** @description The ATT&CK technique. */
            technique: string;
        };
        /** Format: date-time */
        Time: string;
        /** @description What is one with an exposure, and what perhaps is. */
        Together: {
            /** @description What a person told apart from it. */
            apart: components["schemas"]["Said"][];
            /** @description The exposures that are one, each by itself; the first stands for all in lists. One alone where no other is. */
            members: components["schemas"]["Part"][];
            /** @description Others on the asset, or on what it runs on, that are perhaps the same, the most alike first. */
            proposals: components["schemas"]["Proposal"][];
        };
        /** @description A token without its secret. */
        Token: {
            created_at: components["schemas"]["Time"];
            expires: components["schemas"]["Time"] | null;
            /** Format: int64 */
            id: number;
            last_used: components["schemas"]["Time"] | null;
            name: string;
            role: components["schemas"]["RoleWord"];
        };
        /** @description Who told a fact. */
        Told: {
            as_of: components["schemas"]["Time"];
            source: string;
        };
        /** @description One day, UTC. */
        TrendDay: {
            /** @description `2026-11-23`. */
            day: string;
            /** Format: int64 */
            fixed: number;
            /** Format: int64 */
            open: number;
            /** Format: int64 */
            opened: number;
            /**
             * Format: double
             * @description Expected loss; `null`: it is not known for days that are past.
             */
            risk: number | null;
        };
        /** @description How many exposures went back to whom they belonged before. */
        Undone: {
            count: number;
        };
        /** @description Something that nobody has told or measured, and how much rests on it. */
        UnknownShare: {
            /** Format: int64 */
            exposures: number;
            factor: string;
            /** @description Selects them. */
            query: string;
            /**
             * Format: double
             * @description Of all open exposures.
             */
            share: number;
        };
        /** @description An account. */
        User: {
            created_at: components["schemas"]["Time"];
            /** @description Whether it is shut. */
            disabled: boolean;
            /** Format: int64 */
            id: number;
            last_login: components["schemas"]["Time"] | null;
            name: string;
            role: components["schemas"]["RoleWord"];
        };
        /** @description What to change; what is left out stays. */
        UserChange: {
            disabled?: boolean | null;
            /** @description A new password. */
            password?: string | null;
            role?: components["schemas"]["RoleWord"] | null;
        };
        /**
         * @description What a person can decide.
         * @enum {string}
         */
        VerdictWord: "accepted" | "false-positive" | "not-affected";
        /** @description A saved view. */
        View: {
            /** Format: int64 */
            id: number;
            name: string;
            query: string;
            sort: string;
        };
        /** @description A way of an attacker. */
        Way: {
            /** @description How likely all of it succeeds. */
            chance: components["schemas"]["Probability"];
            /** @description Where it begins, in words. */
            entries: string[];
            steps: components["schemas"]["StepView"][];
        };
        /** @description A way that is gone or new. */
        WayCompared: {
            /** @description The facts under it that the other day has not, in words; empty where only the likelihoods changed. */
            facts: string[];
            /** @description Where it leads. */
            goal: components["schemas"]["Place"];
            way: components["schemas"]["Way"];
        };
        /** @description What is wrong in general. */
        Weakness: {
            aliases: string[];
            cvss: components["schemas"]["Cvss"][];
            /** @description CWE numbers. */
            cwe: number[];
            /** @description Their names, as far as the catalogue is loaded. */
            cwe_names: components["schemas"]["CweName"][];
            description: string | null;
            /** @description EPSS values of before, oldest first: those from which it moved noticeably. */
            epss_history: components["schemas"]["EpssDay"][];
            key: string;
            references: string[];
            technique: components["schemas"]["Technique"] | null;
            title: string;
        };
        /** @description Fixes to try. */
        WhatIfInput: {
            /** @description The titles of fixes. */
            fixes: string[];
        };
        /** @description What would be otherwise. */
        WhatIfView: {
            changed: components["schemas"]["Changed"][];
            /** Format: double */
            risk_after: number;
            /** Format: double */
            risk_before: number;
            /** @description Fixes that no step has any more: the facts changed meanwhile. */
            unknown: string[];
        };
        /** @description The other exposure, and why. */
        Word: {
            /** Format: int64 */
            other: number;
            /** @description 1 to 2,000 characters. */
            reason: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    assets: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Rows of a page, 1 to 500; 50 where not given. */
                limit?: number;
                /** @description A query; empty for all. */
                q?: string;
                /** @description What to sort by, descending with a leading `-`. */
                sort?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_AssetRow"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    asset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    declareAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssetChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    mergeAssets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Merge"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    noteOnAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewComment"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    assetBill: {
        parameters: {
            query?: {
                /** @description `cyclonedx` or `spdx`. */
                format?: "cyclonedx" | "spdx";
                /** @description With vulnerabilities and what was decided of them (CycloneDX only). */
                vex?: boolean;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/spdx+json": string;
                    "application/vnd.cyclonedx+json": string;
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    assetVex: {
        parameters: {
            query?: {
                /** @description The author of the document: your organisation. */
                author?: string;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    assetFacets: {
        parameters: {
            query?: {
                /** @description A query; empty for all. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FacetList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    assign: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignmentInput"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Assignment"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    undoAssignment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Undone"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    previewAssignment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignmentInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentPreview"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    attack: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttackSummary"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    attackOnAsset: {
        parameters: {
            query?: {
                /** @description At most so many ways; 10 where left out. */
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetAttack"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    attackCompared: {
        parameters: {
            query: {
                /** @description A day of the past, which means its end (UTC), or a time. */
                since: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompareView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    cut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CutInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CutView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    entries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryView"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    resetEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entry: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    changeEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entry: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EntryInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    attackByExposure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExposureAttack"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    attackGraph: {
        parameters: {
            query?: {
                /** @description At most so many spots, those first by way of which most can be lost; 10000 where left out, 20000 at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    plan: {
        parameters: {
            query?: {
                /** @description At most so many; 10 where left out. */
                fixes?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    attackSteps: {
        parameters: {
            query?: {
                /** @description The key of the spot where something is needed; any where left out. */
                from?: string;
                /** @description The key of the spot where something is gained; any where left out. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StepsView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    whatIf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WhatIfInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatIfView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    decide: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecisionInput"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionTaken"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    undoDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    previewDecision: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecisionInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionPreview"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    removeDemo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    discoverHost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Started"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Only kinds that begin with this: `exposure.`. */
                kind?: string;
                /** @description Rows of a page, 1 to 500; 50 where not given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    eventStream: {
        parameters: {
            query?: never;
            header?: {
                /** @description The last event that was seen. */
                "Last-Event-ID"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["EventView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    exposures: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Rows of a page, 1 to 500; 50 where not given. */
                limit?: number;
                /** @description A query; empty for all. */
                q?: string;
                /** @description What to sort by, descending with a leading `-`. */
                sort?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_ExposureRow"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    exposure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Exposure"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    tellApart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Word"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewComment"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    confirmSame: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Word"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    together: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Together"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    alike: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: number;
                /** @description At least so many where there are, 1 to 500; 50 where not given. All of an asset stand on one page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Proposals"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    exportExposures: {
        parameters: {
            query?: {
                /** @description The kind of file. */
                format?: "csv" | "json" | "sarif" | "ocsf" | "cyclonedx";
                /** @description A query; empty for all. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExposureRow"][];
                    "application/sarif+json": Record<string, never>;
                    "application/x-ndjson": string;
                    "application/zip": string;
                    "text/csv": string;
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    exposureFacets: {
        parameters: {
            query?: {
                /** @description A query; empty for all. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FacetList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    feeds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedList"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    loadFeed: {
        parameters: {
            query?: {
                /** @description The file's name, for people; what it is, is seen from its content. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feed"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    syncFeeds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Started"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    formats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportFormat"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    import: {
        parameters: {
            query?: {
                /**
                 * @description The report is all that its tool has to say of the assets that it names: whatever the same tool reported there before and
                 *     does not report now is closed. Not for a report that was filtered, or that is of a part of an asset.
                 */
                complete?: boolean;
                /** @description A format's id; recognised from the content where left out. */
                format?: string;
                /** @description The file's name, for people. */
                name?: string;
                /**
                 * @description The network that the private addresses in it are in, such as `branch-berlin`: the same address in a network with another
                 *     name, or with none, is another machine's.
                 */
                network?: string;
                /** @description A name for the asset of a report that names none (a repository's scan); the file's name where left out. */
                scope?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportStarted"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    cancelImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    splitMerge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    networks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    overview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    people: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    queryFields: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryField"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    runs: {
        parameters: {
            query?: {
                /** @description The `next` of the page before. */
                after?: string;
                /** @description Rows of a page, 1 to 500; 50 where not given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Run"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    scopes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scope"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createScope: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScopeInput"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scope"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    removeScope: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    changeScope: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScopeInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scope"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPassword"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupState"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    completeSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    lookAtTable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Table"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    mapTable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                header: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TableMap"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeToken"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    removeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    changeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    views: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"][];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createView: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewView"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    removeView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
}
