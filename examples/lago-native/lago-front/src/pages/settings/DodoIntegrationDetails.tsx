import { gql } from '@apollo/client'
import { useRef } from 'react'
import { generatePath, useParams } from 'react-router-dom'

import { Alert } from '~/components/designSystem/Alert'
import { Button } from '~/components/designSystem/Button'
import { Tooltip } from '~/components/designSystem/Tooltip'
import { IntegrationsPage } from '~/components/layouts/Integrations'
import { MainHeader } from '~/components/MainHeader/MainHeader'
import { useAddDodoDialog } from '~/components/settings/integrations/AddDodoDialog'
import {
  DeleteDodoIntegrationDialog,
  type DeleteDodoIntegrationDialogRef,
} from '~/components/settings/integrations/DeleteDodoIntegrationDialog'
import { formatDodoProducts } from '~/components/settings/integrations/dodoFormSchema'
import { addToast, envGlobalVar } from '~/core/apolloClient'
import { IntegrationsTabsOptionsEnum } from '~/core/constants/tabsOptions'
import { DODO_INTEGRATION_ROUTE, INTEGRATIONS_ROUTE, useNavigate } from '~/core/router'
import { copyToClipboard } from '~/core/utils/copyToClipboard'
import { useDodoIntegrationDetailsQuery } from '~/generated/graphql'
import { useInternationalization } from '~/hooks/core/useInternationalization'
import { useOrganizationInfos } from '~/hooks/useOrganizationInfos'
import { usePermissions } from '~/hooks/usePermissions'
import Dodo from '~/public/images/dodo.svg'

gql`
  fragment DodoIntegrationDetails on DodoProvider {
    id
    name
    code
    environment
    apiKey
    webhookSecrets
    successRedirectUrl
    products {
      currency
      productId
    }
    mandateProducts {
      currency
      productId
    }
  }

  query dodoIntegrationDetails($id: ID!) {
    paymentProvider(id: $id) {
      ... on DodoProvider {
        id
        ...DodoIntegrationDetails
      }
    }
  }
`

const integrationGroup = IntegrationsTabsOptionsEnum.Community

const DodoIntegrationDetails = () => {
  const { integrationId = '' } = useParams()
  const navigate = useNavigate()
  const { translate } = useInternationalization()
  const { hasPermissions } = usePermissions()
  const { organization } = useOrganizationInfos()
  const { apiUrl } = envGlobalVar()
  const { openAddDodoDialog } = useAddDodoDialog()
  const deleteDialogRef = useRef<DeleteDodoIntegrationDialogRef>(null)

  const { data, loading } = useDodoIntegrationDetailsQuery({
    variables: { id: integrationId },
    skip: !integrationId,
  })
  const provider = data?.paymentProvider?.__typename === 'DodoProvider' ? data.paymentProvider : undefined

  const webhookUrl =
    provider && organization
      ? `${apiUrl}/webhooks/dodo/${organization.id}?code=${encodeURIComponent(provider.code)}`
      : ''

  const copyWebhookUrl = () => {
    copyToClipboard(webhookUrl)
    addToast({ severity: 'info', translateKey: 'text_1727623090069kyp9o88hpqe' })
  }

  const details = provider && [
    { icon: 'text', label: translate('text_626162c62f790600f850b76a'), value: provider.name },
    { icon: 'id', label: translate('text_62876e85e32e0300e1803127'), value: provider.code },
    {
      icon: 'globe',
      label: translate('text_dodo_environment'),
      value: translate(provider.environment === 'live_mode' ? 'text_dodo_live_mode' : 'text_dodo_test_mode'),
    },
    { icon: 'key', label: translate('text_dodo_api_key'), value: provider.apiKey ?? undefined },
    {
      icon: 'key',
      label: translate('text_dodo_webhook_secret'),
      value: provider.webhookSecrets.join(', ') || translate('text_dodo_webhook_secret_missing'),
    },
    {
      icon: 'coin-dollar',
      label: translate('text_dodo_products'),
      value: formatDodoProducts(provider.products),
    },
    {
      icon: 'coin-dollar',
      label: translate('text_dodo_mandate_products'),
      value: formatDodoProducts(provider.mandateProducts) || '-',
    },
    {
      icon: 'link',
      label: translate('text_65367cb78324b77fcb6af21c'),
      value: provider.successRedirectUrl || '-',
    },
  ]

  return (
    <>
      <MainHeader.Configure
        breadcrumb={[
          {
            label: translate('text_62b1edddbf5f461ab9712750'),
            path: generatePath(INTEGRATIONS_ROUTE, { integrationGroup }),
          },
          {
            label: translate('text_dodo_name'),
            path: generatePath(DODO_INTEGRATION_ROUTE, { integrationGroup }),
          },
        ]}
        entity={{ viewName: provider?.name ?? '', viewNameLoading: loading, icon: <Dodo /> }}
        actions={{
          loading,
          items: [
            {
              type: 'action',
              label: translate('text_65845f35d7d69c3ab4793dac'),
              hidden: !provider || !hasPermissions(['organizationIntegrationsUpdate']),
              onClick: () => openAddDodoDialog(provider),
            },
            {
              type: 'action',
              label: translate('text_65845f35d7d69c3ab4793dad'),
              hidden: !provider || !hasPermissions(['organizationIntegrationsDelete']),
              onClick: () =>
                provider &&
                deleteDialogRef.current?.openDialog({
                  provider,
                  onDeleted: () => navigate(generatePath(DODO_INTEGRATION_ROUTE, { integrationGroup })),
                }),
            },
          ],
        }}
      />

      <IntegrationsPage.Container>
        {provider && provider.webhookSecrets.length === 0 && (
          <Alert type="warning">{translate('text_dodo_webhook_steps')}</Alert>
        )}
        <section>
          <IntegrationsPage.Headline label={translate('text_664c732c264d7eed1c74fdc5')} />
          {loading && <IntegrationsPage.ItemSkeleton />}
          {details?.map(({ icon, label, value }) => (
            <IntegrationsPage.DetailsItem key={label} icon={icon} label={label} value={value} />
          ))}
          {webhookUrl && (
            <IntegrationsPage.DetailsItem
              icon="link"
              label={translate('text_6271200984178801ba8bdf22')}
              value={webhookUrl}
            >
              <Tooltip title={translate('text_1727623127072q52kj0u3xql')} placement="top-end">
                <Button icon="duplicate" variant="quaternary" onClick={copyWebhookUrl} />
              </Tooltip>
            </IntegrationsPage.DetailsItem>
          )}
        </section>
      </IntegrationsPage.Container>

      <DeleteDodoIntegrationDialog ref={deleteDialogRef} />
    </>
  )
}

export default DodoIntegrationDetails
