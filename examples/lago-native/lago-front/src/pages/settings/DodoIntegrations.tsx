import { gql } from '@apollo/client'
import { generatePath } from 'react-router-dom'

import { IntegrationsPage } from '~/components/layouts/Integrations'
import { MainHeader } from '~/components/MainHeader/MainHeader'
import { useAddDodoDialog } from '~/components/settings/integrations/AddDodoDialog'
import { IntegrationsTabsOptionsEnum } from '~/core/constants/tabsOptions'
import { DODO_INTEGRATION_DETAILS_ROUTE, INTEGRATIONS_ROUTE } from '~/core/router'
import { ProviderTypeEnum, useGetDodoIntegrationsListQuery } from '~/generated/graphql'
import { useInternationalization } from '~/hooks/core/useInternationalization'
import { usePermissions } from '~/hooks/usePermissions'
import Dodo from '~/public/images/dodo.svg'

gql`
  fragment DodoIntegrations on DodoProvider {
    id
    name
    code
    environment
  }

  query getDodoIntegrationsList($limit: Int, $type: ProviderTypeEnum) {
    paymentProviders(limit: $limit, type: $type) {
      collection {
        ... on DodoProvider {
          id
          ...DodoIntegrations
        }
      }
    }
  }
`

const integrationGroup = IntegrationsTabsOptionsEnum.Community
const LIMIT = 1000

const DodoIntegrations = () => {
  const { translate } = useInternationalization()
  const { hasPermissions } = usePermissions()
  const { openAddDodoDialog } = useAddDodoDialog()

  const { data, loading } = useGetDodoIntegrationsListQuery({
    variables: { limit: LIMIT, type: ProviderTypeEnum.Dodo },
  })
  const connections =
    data?.paymentProviders?.collection.flatMap(provider =>
      provider.__typename === 'DodoProvider' ? [provider] : [],
    ) ?? []

  return (
    <>
      <MainHeader.Configure
        breadcrumb={[
          {
            label: translate('text_62b1edddbf5f461ab9712750'),
            path: generatePath(INTEGRATIONS_ROUTE, { integrationGroup }),
          },
        ]}
        entity={{
          viewName: translate('text_dodo_name'),
          viewNameLoading: loading,
          metadata: translate('text_62b1edddbf5f461ab971271f'),
          metadataLoading: loading,
          icon: <Dodo />,
        }}
        actions={{
          loading,
          items: [
            {
              type: 'action',
              variant: 'primary',
              label: translate('text_65846763e6140b469140e235'),
              hidden: !hasPermissions(['organizationIntegrationsCreate']),
              onClick: () => openAddDodoDialog(),
            },
          ],
        }}
      />

      <IntegrationsPage.Container>
        <section>
          <IntegrationsPage.Headline label={translate('text_65846763e6140b469140e239')} />
          {loading && <IntegrationsPage.ItemSkeleton />}
          {connections.map(({ id, name, code, environment }) => (
            <IntegrationsPage.ListItem
              key={id}
              to={generatePath(DODO_INTEGRATION_DETAILS_ROUTE, { integrationId: id, integrationGroup })}
              label={name}
              subLabel={environment === 'live_mode' ? code : `${code} (${translate('text_dodo_test_mode')})`}
            />
          ))}
        </section>
      </IntegrationsPage.Container>
    </>
  )
}

export default DodoIntegrations
